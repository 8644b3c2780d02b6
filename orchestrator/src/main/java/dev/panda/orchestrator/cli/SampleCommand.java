package dev.panda.orchestrator.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Draws many answers to many prompts. */
@Command(
    name = "sample",
    description = {
      "Draws many answers to many prompts, for `make-pairs` and for training.",
      "Prompts are JSON Lines with `messages`; answers are JSON Lines with `messages`, `response`"
          + " and figures, in the order of the prompts. Every answer has a seed of its own, made"
          + " from --seed, the prompt's place and the answer's number, so the same command gives"
          + " the same answers. Run again after an interruption, it goes on where it stopped."
    },
    footer = {
      "  deploy/panda sample --prompts deploy/models/everyday/questions.jsonl \\",
      "      --output answers.jsonl --samples 25 --max-tokens 90 --concurrency 32",
      "  deploy/panda sample --prompts questions.jsonl --output easy.jsonl \\",
      "      -m panda-stochastic -p comprehensibility -l constant:1"
    })
final class SampleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;
  @Mixin private GenerationOptions options;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "FILE",
      description = "The prompts; may be gzipped.")
  private Path prompts;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Where the answers are added.")
  private Path output;

  @Option(
      names = "--samples",
      defaultValue = "1",
      paramLabel = "N",
      description = "Answers to each prompt (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--concurrency",
      defaultValue = "4",
      paramLabel = "N",
      description = "Answers that are drawn at once (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--instruction",
      defaultValue = "",
      paramLabel = "TEXT",
      description = {
        "Text that the model is given behind each question, such as \"Answer in two short"
            + " sentences.\"",
        "It steers what is drawn and is left out of the written messages."
      })
  private String instruction;

  /** One answer that is to be drawn. */
  private record Task(Conversation conversation, int sample, GenerateRequest request) {}

  /** A task and the answer that is being drawn for it. */
  private record Drawing(Task task, Future<Streamed> answer) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    requireAtLeastOne("--samples", samples);
    requireAtLeastOne("--concurrency", concurrency);
    Set<Conversation> conversations = new LinkedHashSet<>();
    JsonLines.read(prompts, line -> conversations.add(Conversation.of(line)));
    if (conversations.isEmpty()) {
      throw new CommandFailure(
          prompts + ": no prompts (expected: at least one)",
          "Each line is one: {\"messages\": [{\"role\": \"user\", \"content\": \"Why is the sky"
              + " blue?\"}]}");
    }
    try (SampleFile answers = SampleFile.open(output, settings())) {
      List<Task> tasks = tasks(conversations, answers);
      int all = conversations.size() * samples;
      if (tasks.size() < all) {
        spec.commandLine()
            .getErr()
            .println((all - tasks.size()) + " of " + all + " answers are there already.");
      }
      draw(tasks, answers);
    }
    return 0;
  }

  /** What the answers follow from, beside prompts and seeds. */
  private String settings() {
    try (Endpoint.Connection connection = endpoint.connect()) {
      return "model: %s%n%sinstruction: %s"
          .formatted(
              connection.preferences().getModelId(),
              options.request(Method.METHOD_SAMPLING).build(),
              instruction);
    }
  }

  private List<Task> tasks(Set<Conversation> conversations, SampleFile answers) {
    long seed = options.seed() == null ? 0 : options.seed();
    List<Task> tasks = new ArrayList<>();
    int place = 0;
    for (Conversation conversation : conversations) {
      for (int sample = 0; sample < samples; sample++) {
        if (!answers.holds(conversation, sample)) {
          GenerateRequest request =
              options
                  .request(Method.METHOD_SAMPLING)
                  .setChat(conversation.instructed(instruction).toChat())
                  .setSeed(seedOf(seed, place, sample))
                  .build();
          tasks.add(new Task(conversation, sample, request));
        }
      }
      place++;
    }
    return tasks;
  }

  /** A seed of its own for each answer, the same whatever else is drawn. Not negative. */
  static long seedOf(long seed, int place, int sample) {
    long key = ((long) place << 32) | sample;
    return new SplittableRandom(new SplittableRandom(seed).nextLong() + key).nextLong() >>> 1;
  }

  /** Keeps {@code concurrency} answers under way and writes them in the tasks' order. */
  private void draw(List<Task> tasks, SampleFile answers) throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(concurrency);
    Deque<Drawing> drawings = new ArrayDeque<>();
    try (Endpoint.Connection connection = endpoint.connect();
        ProgressBar progress = Progress.bar("Answers", tasks.size())) {
      for (Task task : tasks) {
        drawings.add(
            new Drawing(
                task,
                threads.submit(
                    () -> Streamed.read(connection.generate(task.request()), token -> {}))));
        if (drawings.size() > 2 * concurrency) {
          finish(drawings.remove(), answers);
          progress.step();
        }
      }
      while (!drawings.isEmpty()) {
        finish(drawings.remove(), answers);
        progress.step();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void finish(Drawing drawing, SampleFile answers)
      throws IOException, InterruptedException {
    try {
      Streamed streamed = drawing.answer().get();
      ObjectNode figures = Figures.of(streamed.summary(), options);
      answers.add(drawing.task().conversation(), drawing.task().sample(), figures);
    } catch (ExecutionException failure) {
      String reason = String.join("; ", FailureReport.lines((Exception) failure.getCause()));
      throw new CommandFailure(
          reason,
          "What was drawn is in " + output + "; the same command goes on from there.",
          failure);
    }
  }

  private void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + ": " + value + " (expected: 1 or more)");
    }
  }
}
