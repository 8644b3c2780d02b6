package dev.panda.orchestrator.workshop.answers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.ask.Endpoint;
import dev.panda.orchestrator.workshop.ask.Figures;
import dev.panda.orchestrator.workshop.ask.GenerationOptions;
import dev.panda.orchestrator.workshop.ask.Streamed;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.FailureReport;
import dev.panda.orchestrator.workshop.cli.InterruptNotice;
import dev.panda.orchestrator.workshop.cli.TerminalProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import me.tongfei.progressbar.ProgressBar;

/**
 * Draws answers to prompts, to a file in the order of the prompts; goes on where it stopped.
 *
 * @param instructions what the model is told behind each prompt, in turn; an empty one: nothing
 * @param samples answers to each prompt with each instruction
 * @param concurrency answers that are drawn at once
 */
public record AnswerDrawing(
    Endpoint endpoint,
    GenerationOptions options,
    List<String> instructions,
    int samples,
    int concurrency) {

  public AnswerDrawing {
    instructions = instructions.stream().map(String::strip).distinct().toList();
  }

  /** Whether it draws that answer where the prompt is asked for. */
  public boolean draws(SampleFile.Key key) {
    return instructions.contains(key.instruction()) && key.sample() < samples;
  }

  /** One answer that is to be drawn. */
  private record Task(SampleFile.Key key, GenerateRequest request) {}

  /** A task and the answer that is being drawn for it. */
  private record Drawing(Task task, Future<Streamed> answer) {}

  /**
   * @param output where the answers are added
   * @param err is told how many are there already
   * @throws CommandFailure if an answer fails; those before it are in the file
   */
  public void draw(Set<Conversation> prompts, Path output, PrintWriter err)
      throws IOException, InterruptedException {
    try (Endpoint.Connection connection = endpoint.connect();
        SampleFile answers = SampleFile.open(output, settings(connection))) {
      List<Task> tasks = tasks(prompts, answers);
      int all = prompts.size() * instructions.size() * samples;
      if (tasks.isEmpty()) {
        err.println("All " + all + " answers are there already.");
        return;
      }
      if (tasks.size() < all) {
        err.println((all - tasks.size()) + " of " + all + " answers are there already.");
      }
      InterruptNotice notice =
          new InterruptNotice(err, "Stopped: the same command goes on from there.");
      try {
        draw(tasks, answers, output, connection);
      } finally {
        notice.close();
      }
    }
  }

  /** What the answers follow from, beside prompts, instructions and seeds. */
  private String settings(Endpoint.Connection connection) {
    return "model: %s%n%s"
        .formatted(
            connection.preferences().getModelId(), options.request(Method.METHOD_SAMPLING).build());
  }

  private List<Task> tasks(Set<Conversation> prompts, SampleFile answers) {
    long seed = options.seed() == null ? 0 : options.seed();
    List<Task> tasks = new ArrayList<>();
    int place = 0;
    for (Conversation prompt : prompts) {
      for (String instruction : instructions) {
        for (int sample = 0; sample < samples; sample++) {
          SampleFile.Key key = new SampleFile.Key(prompt, instruction, sample);
          if (!answers.holds(key)) {
            tasks.add(new Task(key, request(key, seedOf(seed, place, sample))));
          }
        }
      }
      place++;
    }
    return tasks;
  }

  private GenerateRequest request(SampleFile.Key key, long seed) {
    return options
        .request(Method.METHOD_SAMPLING)
        .setChat(key.prompt().instructed(key.instruction()).toChat())
        .setSeed(seed)
        .build();
  }

  /**
   * The seed of an answer, by the prompt's place among the prompts and the answer's number; the
   * same for every instruction. Not negative.
   */
  static long seedOf(long seed, int place, int sample) {
    long key = ((long) place << 32) | sample;
    return new SplittableRandom(new SplittableRandom(seed).nextLong() + key).nextLong() >>> 1;
  }

  /** Keeps {@code concurrency} answers under way and writes them in the tasks' order. */
  private void draw(
      List<Task> tasks, SampleFile answers, Path output, Endpoint.Connection connection)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(concurrency);
    Deque<Drawing> drawings = new ArrayDeque<>();
    try (ProgressBar progress = TerminalProgress.bar("Answers", tasks.size())) {
      for (Task task : tasks) {
        drawings.add(
            new Drawing(
                task,
                threads.submit(
                    () -> Streamed.read(connection.generate(task.request()), token -> {}))));
        if (drawings.size() > 2 * concurrency) {
          finish(drawings.remove(), answers, output);
          progress.step();
        }
      }
      while (!drawings.isEmpty()) {
        finish(drawings.remove(), answers, output);
        progress.step();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void finish(Drawing drawing, SampleFile answers, Path output)
      throws IOException, InterruptedException {
    try {
      Streamed streamed = drawing.answer().get();
      ObjectNode figures = Figures.of(streamed.summary(), options);
      answers.add(drawing.task().key(), figures);
    } catch (ExecutionException failure) {
      String reason = String.join("; ", FailureReport.lines((Exception) failure.getCause()));
      throw new CommandFailure(
          reason,
          "What was drawn is in " + output + "; the same command goes on from there.",
          failure);
    }
  }
}
