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
      "Prompts are JSON Lines with `messages`. Answers are JSON Lines with `messages`,"
          + " `instruction`, `response` and figures, in the order of the prompts. Seeds follow from"
          + " --seed, the prompt's place and the answer's number, so the same command draws the same"
          + " answers. After an interruption, run the same command again to resume."
    },
    footer = {
      "  deploy/panda sample --prompts deploy/models/everyday/questions.jsonl \\",
      "      --output answers.jsonl --samples 25 --max-tokens 90 --concurrency 32",
      "  deploy/panda sample --prompts questions.jsonl --output easy.jsonl \\",
      "      --method panda-stochastic -p comprehensibility -l constant:1"
    })
public final class SampleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;
  @Mixin private GenerationOptions options;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "FILE",
      description = "The prompts; the file may be gzipped.")
  private Path prompts;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The file to which answers are added.")
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
        "Text that follows each question, such as \"Answer in two short sentences.\"; repeat the"
            + " option to draw answers with each. An empty text stands for no instruction.",
        "The model sees the instruction, but the written messages leave it out."
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
