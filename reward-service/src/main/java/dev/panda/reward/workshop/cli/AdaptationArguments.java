package dev.panda.reward.workshop.cli;

import dev.panda.reward.serving.head.TrainingMethod;
import dev.panda.reward.workshop.training.AdaptationOptions;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say what of a reward model is trained, and how a backbone is. */
final class AdaptationArguments {
  private static final double LOW_RANK_RATE = 1e-3;
  private static final double FULL_RATE = 1e-4;
  private static final int PAIRS_ON_GPU = 8;

  private static final List<String> OF_ADAPTERS = List.of("--rank", "--alpha", "--targets");
  private static final List<String> OF_THE_LOOP =
      List.of(
          "--batch",
          "--micro-batch",
          "--epochs",
          "--learning-rate",
          "--warm-up",
          "--decay",
          "--clip",
          "--patience",
          "--save-every");

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--method",
      defaultValue = "head",
      paramLabel = "HOW",
      description = {
        "What is trained (default: ${DEFAULT-VALUE}): head, a linear head, the model stays as it is, minutes;"
            + " low-rank, the head and LoRA adapters of the model, in PEFT's files; full, the head and all weights up to"
            + " the layer that is read. The last two begin with the best head; what they make has weights of its own,"
            + " and a reward service of its own."
      })
  private TrainingMethod method;

  @Option(
      names = "--rank",
      defaultValue = "16",
      paramLabel = "R",
      description = "low-rank: rank of the adapters (default: ${DEFAULT-VALUE}).")
  private int rank;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description = "low-rank: adapters count A / rank times (default: twice the rank).")
  private Double alpha;

  @Option(
      names = "--targets",
      split = ",",
      defaultValue = "q,k,v,o,gate,up,down",
      paramLabel = "LAYER",
      description = "low-rank: which linear layers have adapters (default: ${DEFAULT-VALUE}).")
  private List<LinearLayer> targets = new ArrayList<>();

  @Option(
      names = "--batch",
      defaultValue = "16",
      paramLabel = "N",
      description = "low-rank, full: pairs of an update (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description =
          "low-rank, full: pairs that are in memory at once, their gradients added up (default: 1, on a GPU 8).")
  private Integer microBatch;

  @Option(
      names = "--epochs",
      defaultValue = "3",
      paramLabel = "N",
      description = "low-rank, full: most passes over the pairs (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description =
          "low-rank, full: peak of the learning rate, reached along a line, left along a cosine (default: 0.001"
              + " low-rank, 0.0001 full).")
  private Double learningRate;

  @Option(
      names = "--warm-up",
      defaultValue = "0.1",
      paramLabel = "SHARE",
      description =
          "low-rank, full: share of the updates until the peak (default: ${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(
      names = "--decay",
      defaultValue = "0.01",
      paramLabel = "D",
      description = "low-rank, full: weight decay of matrices (default: ${DEFAULT-VALUE}).")
  private double decay;

  @Option(
      names = "--clip",
      defaultValue = "1",
      paramLabel = "C",
      description = "low-rank, full: largest norm of a gradient (default: ${DEFAULT-VALUE}).")
  private double clip;

  @Option(
      names = "--patience",
      defaultValue = "3",
      paramLabel = "N",
      description =
          "low-rank, full: measurements on the prompts split off, two a pass, that may bring nothing better before"
              + " training ends (default: ${DEFAULT-VALUE}).")
  private int patience;

  @Option(
      names = "--save-every",
      defaultValue = "120",
      paramLabel = "SECONDS",
      description =
          "low-rank, full: least time from one saved state to the next; a run that was killed goes on from it (default:"
              + " ${DEFAULT-VALUE}).")
  private long saveEvery;

  /**
   * What they come to; absent where the head alone is trained.
   *
   * @param output folder of the reward model
   */
  Optional<AdaptationOptions> options(Path output, String device) {
    if (rank < 1) {
      throw misuse("--rank: %s (expected: at least 1)".formatted(rank));
    }
    if (alpha != null && !Double.isFinite(alpha)) {
      throw misuse("--alpha: %s (expected: finite)".formatted(alpha));
    }
    if (saveEvery < 0) {
      throw misuse("--save-every: %s (expected: 0 or more)".formatted(saveEvery));
    }
    double peak = method == TrainingMethod.FULL ? FULL_RATE : LOW_RANK_RATE;
    int atOnce = device.startsWith("cuda") ? PAIRS_ON_GPU : 1;
    AdaptationOptions.Learning learning;
    try {
      learning =
          new AdaptationOptions.Learning(
              batch,
              microBatch == null ? Math.min(batch, atOnce) : microBatch,
              epochs,
              learningRate == null ? peak : learningRate,
              warmUp,
              decay,
              clip,
              patience);
    } catch (IllegalArgumentException e) {
      throw misuse(e.getMessage());
    }
    if (method != TrainingMethod.LOW_RANK) {
      requireUnset(OF_ADAPTERS, "low-rank");
    }
    if (method == TrainingMethod.HEAD) {
      requireUnset(OF_THE_LOOP, "low-rank or full");
    }
    return method == TrainingMethod.HEAD
        ? Optional.empty()
        : Optional.of(
            new AdaptationOptions(
                method,
                new AdaptationOptions.LowRank(rank, alpha == null ? 2.0 * rank : alpha, targets),
                learning,
                Duration.ofSeconds(saveEvery),
                output.resolveSibling(output.getFileName() + ".training")));
  }

  private void requireUnset(List<String> options, String methods) {
    for (String option : options) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw misuse("%s: set (expected: with --method %s)".formatted(option, methods));
      }
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
