package dev.panda.reward.workshop.cli;

import dev.panda.reward.workshop.scoring.Scoring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Scores a file of responses. */
@Command(
    name = "score",
    description = {
      "Gives the responses of a file their rewards, as the reward service would; no service needs to run.",
      "",
      "Responses are JSON Lines, gzipped where the name ends in .gz, one object a line: `messages` (a list of `role` and"
          + " `content`, the user's last) and `response`, as `deploy/panda sample` writes them, or pairs with `chosen` and"
          + " `rejected`. A response is taken to be whole, and is given its end token, unless `finish_reason` says that"
          + " it was cut.",
      "",
      "Writes the same objects, with `rewards` (of pairs `chosen_rewards` and `rejected_rewards`) in place of any that"
          + " are there: for each preference the reward `raw`, and `normalised`, in standard deviations from the mean of"
          + " its calibration set. A run that was killed goes on where it stopped when the same command is given again;"
          + " until it ends, what it has done is in a file beside the output whose name ends in .partial.",
      "",
      "Reward models with weights of their own may be named beside others; each is a model more in memory."
    },
    footer = {
      "  deploy/panda score -m smollm2 -d answers.jsonl -o scored.jsonl",
      "  deploy/panda score -m smollm2 -p harmlessness -p rewards/easy \\",
      "      -d pairs.jsonl.gz -o scored.jsonl --skip-invalid"
    })
final class ScoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RewardModelOptions models;

  @Option(
      names = {"-d", "--data"},
      required = true,
      paramLabel = "FILE",
      description = "Responses to score.")
  private Path data;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where they go with their rewards.")
  private Path output;

  @Option(names = "--overwrite", description = "Replace a file that is there.")
  private boolean overwrite;

  @Option(
      names = "--skip-invalid",
      description = "Pass over lines that cannot be used and count them, instead of stopping.")
  private boolean skipInvalid;

  @Override
  public Integer call() throws IOException {
    if (Files.exists(output) && !overwrite) {
      throw misuse("--output: %s is there (expected: another, or --overwrite)");
    }
    if (output.toString().endsWith(".gz")) {
      throw misuse("--output: %s (expected: a name without .gz, as it is written plain)");
    }
    Path backbone = models.backbone().path();
    int lines =
        new Scoring(
                new Scoring.Options(backbone, models.rewards(backbone), data, output, skipInvalid),
                new ProgressBars(),
                spec.commandLine().getErr()::println)
            .run();
    spec.commandLine().getOut().println(lines + " lines scored, written to " + output);
    return 0;
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message.formatted(output));
  }
}
