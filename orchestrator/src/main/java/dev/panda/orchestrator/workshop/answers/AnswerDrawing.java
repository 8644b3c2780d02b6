package dev.panda.orchestrator.workshop.answers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.orchestrator.serving.client.GenerationClient;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.ask.Endpoint;
import dev.panda.orchestrator.workshop.ask.Figures;
import dev.panda.orchestrator.workshop.ask.GenerationOptions;
import dev.panda.orchestrator.workshop.ask.Streamed;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.FailureReport;
import dev.panda.orchestrator.workshop.cli.InterruptNotice;
import dev.panda.transformer.workshop.cli.ProgressConsole;
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
 * Draws answers to prompts and writes them to a file, in the order of the prompts. Resumes after an
 * interruption.
 *
 * @param instructions texts that follow each prompt, in turn; an empty one stands for no
 *     instruction
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

  /** Whether the answer is among those that are drawn to its prompt. */
  public boolean draws(SampleFile.Key key) {
    return instructions.contains(key.instruction()) && key.sample() < samples;
  }

  /** One answer to draw. */
  private record Task(SampleFile.Key key, GenerateRequest request) {}

  /** A task and the answer that is being drawn for it. */
  private record Drawing(Task task, Future<Streamed> answer) {}

  /**
   * Draws the answers that the file lacks.
   *
   * @param output the file to which answers are added
   * @param err receives the number of answers that are there already
   * @throws CommandFailure if an answer fails; the answers before it are in the file
   */
  public void draw(Set<Conversation> prompts, Path output, PrintWriter err)
      throws IOException, InterruptedException {
    try (GenerationClient orchestrator = endpoint.connect();
        SampleFile answers = SampleFile.open(output, settings(orchestrator))) {
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
          new InterruptNotice(err, "Stopped: run the same command again to resume.");
      try {
        draw(tasks, answers, output, orchestrator);
      } finally {
        notice.close();
      }
    }
  }

  /** Everything that determines the answers, beside prompts, instructions and seeds. */
  private String settings(GenerationClient orchestrator) {
    return "model: %s%n%s"
        .formatted(
            orchestrator.listPreferences().getModelId(),
            options.request(Method.METHOD_SAMPLING).build());
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
   * Makes the seed of an answer from the prompt's place among the prompts and the answer's number.
   * The seed is the same for every instruction, and not negative.
   */
  static long seedOf(long seed, int place, int sample) {
    long key = ((long) place << 32) | sample;
    return new SplittableRandom(new SplittableRandom(seed).nextLong() + key).nextLong() >>> 1;
  }

  /** Draws {@code concurrency} answers at once and writes them in the order of the tasks. */
  private void draw(
      List<Task> tasks, SampleFile answers, Path output, GenerationClient orchestrator)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(concurrency);
    Deque<Drawing> drawings = new ArrayDeque<>();
    try (ProgressBar progress =
        new ProgressConsole().bar("Answers").setInitialMax(tasks.size()).build()) {
      for (Task task : tasks) {
        drawings.add(
            new Drawing(
                task,
                threads.submit(
                    () -> Streamed.read(orchestrator.generate(task.request()), token -> {}))));
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
          "The answers so far are in " + output + "; run the same command again to resume.",
          failure);
    }
  }
}
