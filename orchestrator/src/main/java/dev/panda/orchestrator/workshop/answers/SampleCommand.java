package dev.panda.orchestrator.workshop.answers;

import dev.panda.orchestrator.workshop.ask.Endpoint;
import dev.panda.orchestrator.workshop.ask.GenerationOptions;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Draws many answers to many prompts. */
@Command(
    name = "sample",
    description = {
      "Draws many answers to many prompts, for `make-pairs` and for training.",
      "Prompts are JSON Lines with `messages`; answers are JSON Lines with `messages`,"
          + " `instruction`, `response` and figures, in the order of the prompts. Seeds are made"
          + " from --seed, the prompt's place and the answer's number, so the same command gives"
          + " the same answers. Run again after an interruption, it goes on where it stopped."
    },
    footer = {
      "  deploy/panda sample --prompts deploy/models/everyday/questions.jsonl \\",
      "      --output answers.jsonl --samples 25 --max-tokens 90 --concurrency 32",
      "  deploy/panda sample --prompts questions.jsonl --output easy.jsonl \\",
      "      -m panda-stochastic -p comprehensibility -l constant:1"
    })
public final class SampleCommand implements Callable<Integer> {
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
      description = "Answers to each prompt with each instruction (default: ${DEFAULT-VALUE}).")
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
            + " sentences.\"; repeat it to draw with each. An empty one draws without.",
        "It steers what is drawn and is left out of the written messages."
      })
  private List<String> instructions;

  @Override
  public Integer call() throws IOException, InterruptedException {
    OptionCheck.atLeastOne(spec, "--samples", samples);
    OptionCheck.atLeastOne(spec, "--concurrency", concurrency);
    new AnswerDrawing(endpoint, options, instructions, samples, concurrency)
        .draw(Conversations.readPrompts(prompts), output, spec.commandLine().getErr());
    return 0;
  }
}
