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
      "Computes the rewards of the responses in a file, as the reward service would. No service needs to run.",
      "",
      "Responses are JSON Lines, gzipped if the name ends in .gz, one object a line: `messages` (a list of `role` and"
          + " `content`, the user's last) and `response`, as `deploy/panda sample` writes them, or pairs with"
          + " `chosen` and"
          + " `rejected`. The command treats a response as whole, and adds its end token, unless"
          + " `finish_reason` says that it was cut.",
      "",
      "Writes the same objects with `rewards` (for pairs, `chosen_rewards` and `rejected_rewards`), replacing"
          + " existing ones. They contain, for each preference, the reward `raw` and `normalised`, in standard"
          + " deviations from the mean of the calibration set. To resume a killed run, give the same"
          + " command again; until the run ends, its results are in a file beside the output whose name"
          + " ends in .partial.",
      "",
      "You may name reward models with weights of their own together with others; each takes the memory of a"
          + " further model."
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
      description = "File for the responses with their rewards.")
  private Path output;

  @Option(names = "--overwrite", description = "Replace an existing file.")
  private boolean overwrite;

  @Option(
      names = "--skip-invalid",
      description = "Skip and count unusable lines instead of stopping.")
  private boolean skipInvalid;

  @Override
  public Integer call() throws IOException {
    if (Files.exists(output) && !overwrite) {
      throw misuse("--output: %s exists (expected: another file, or --overwrite)");
    }
    if (output.toString().endsWith(".gz")) {
      throw misuse(
          "--output: %s (expected: a name without .gz, because the output is not compressed)");
    }
    Path backbone = models.backbone().path();
    int lines =
        new Scoring(
                new Scoring.Options(backbone, models.rewards(backbone), data, output, skipInvalid),
                new ProgressBars(),
                spec.commandLine().getErr()::println)
            .run();
    spec.commandLine().getOut().println("Scored " + lines + " lines, written to " + output);
    return 0;
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message.formatted(output));
  }
}
