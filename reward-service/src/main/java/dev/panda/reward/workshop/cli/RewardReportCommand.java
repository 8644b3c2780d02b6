package dev.panda.reward.workshop.cli;

import dev.panda.reward.workshop.evaluation.PairEvaluation;
import dev.panda.reward.workshop.evaluation.PairReport;
import dev.panda.reward.workshop.report.ReportPage;
import dev.panda.transformer.reward.Accuracy;
import dev.panda.transformer.reward.loading.Backbone;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Reports how well reward models distinguish preferred from rejected responses. */
@Command(
    name = "reward-report",
    description = {
      "Reports how often reward models score the preferred response of a pair higher, for all models on all"
          + " files: accuracies on whole and cut responses with intervals by prompt, the distribution of the"
          + " rewards of chosen and rejected responses, and how reliable a reward model's confidence is.",
      "",
      "Pairs are JSON Lines, gzipped if the name ends in .gz, one object a line: `messages` (a list of `role` and"
          + " `content`, the user's last), `chosen` and `rejected`. Use pairs with prompts that the reward"
          + " models were not trained on. The command caches rewards, so a killed run resumes where it stopped.",
      "",
      "Writes one HTML page that needs nothing else. Its plots need a font on this machine (Debian, Ubuntu: apt install"
          + " fontconfig fonts-dejavu-core)."
    },
    footer = {
      "  deploy/panda reward-report -m smollm2 -d test.jsonl.gz -o report.html",
      "  deploy/panda reward-report -m smollm2 -p easy -p harmlessness \\",
      "      -d easy.jsonl -d harmless.jsonl.gz -o report.html --max-pairs 200"
    })
final class RewardReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RewardModelOptions models;

  @Option(
      names = {"-d", "--data"},
      required = true,
      paramLabel = "FILE",
      description = "File of pairs to evaluate with. Can be given several times.")
  private List<Path> data = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "File for the page.")
  private Path output;

  @Option(names = "--overwrite", description = "Replace an existing file.")
  private boolean overwrite;

  @Option(
      names = "--max-pairs",
      defaultValue = "2147483647",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "N",
      description = "Evaluate with a sample of N pairs from each file (default: all).")
  private int maxPairs;

  @Option(
      names = "--max-tokens",
      defaultValue = "1024",
      paramLabel = "N",
      description =
          "Largest number of tokens of prompt and response together; longer responses are cut (default:"
              + " ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--skip-invalid",
      description = "Skip and count unusable pairs instead of stopping.")
  private boolean skipInvalid;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed for the sample and the intervals (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description = "Folder for cached rewards (default: cache in $PANDA_HOME, ~/.panda).")
  private Path cache;

  @Override
  public Integer call() throws IOException {
    check();
    ReportPage.requireFont();
    Path backbone = models.backbone().path();
    List<PairReport> reports =
        new PairEvaluation(
                options(backbone), new ProgressBars(), spec.commandLine().getErr()::println)
            .run();
    String page =
        ReportPage.of(
                Backbone.name(backbone), models.backbone().numerics().toString(), seed, reports)
            .render();
    Files.createDirectories(output.toAbsolutePath().getParent());
    Files.writeString(output, page);
    PrintWriter out = spec.commandLine().getOut();
    reports.forEach(report -> out.println(line(report)));
    out.println("Written to " + output);
    return 0;
  }

  private void check() {
    if (Files.exists(output) && !overwrite) {
      throw misuse("--output: %s exists (expected: another file, or --overwrite)", output);
    }
    if (maxPairs < 1) {
      throw misuse("--max-pairs: %s (expected: at least 1)", maxPairs);
    }
    if (maxTokens < 2) {
      throw misuse("--max-tokens: %s (expected: at least 2)", maxTokens);
    }
  }

  private ParameterException misuse(String message, Object value) {
    return new ParameterException(spec.commandLine(), message.formatted(value));
  }

  private PairEvaluation.Options options(Path backbone) {
    return new PairEvaluation.Options(
        backbone,
        models.rewards(backbone),
        data,
        maxPairs,
        maxTokens,
        skipInvalid,
        cache == null ? BackboneOptions.cache(System.getenv()) : cache,
        seed);
  }

  private static String line(PairReport report) {
    Accuracy whole = report.accuracies().get(0).accuracy();
    return String.format(
        Locale.ROOT,
        "%s on %s: accuracy %.3f [%.2f, %.2f], calibration error %.3f, %d pairs of %d prompts%s",
        report.card().preference(),
        report.file(),
        whole.value(),
        whole.low(),
        whole.high(),
        report.calibrationError(),
        report.pairs(),
        report.prompts(),
        report.trainedOn() ? "; says little, because the model was trained on this file" : "");
  }
}
