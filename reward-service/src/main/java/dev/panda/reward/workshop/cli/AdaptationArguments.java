package dev.panda.reward.workshop.cli;

import dev.panda.reward.workshop.training.AdaptationOptions;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import dev.panda.transformer.reward.TrainingMethod;
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

/** Options that choose what to train, and how to train the backbone. */
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
        "What to train (default: ${DEFAULT-VALUE}): head, only a linear head, while the model stays frozen"
            + " (minutes); low-rank, the head and LoRA adapters of the model, in PEFT's files; full, the head"
            + " and all weights up to the layer that the head reads. The last two begin with the best head;"
            + " their result has weights of its own and needs a reward service of its own."
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
      description = "low-rank: the adapters are scaled by A / rank (default: twice the rank).")
  private Double alpha;

  @Option(
      names = "--targets",
      split = ",",
      defaultValue = "q,k,v,o,gate,up,down",
      paramLabel = "LAYER",
      description = "low-rank: linear layers with adapters (default: ${DEFAULT-VALUE}).")
  private List<LinearLayer> targets = new ArrayList<>();

  @Option(
      names = "--batch",
      defaultValue = "16",
      paramLabel = "N",
      description = "low-rank, full: pairs in each update (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description =
          "low-rank, full: pairs in memory at once; their gradients are added up (default: 1, on a GPU 8).")
  private Integer microBatch;

  @Option(
      names = "--epochs",
      defaultValue = "3",
      paramLabel = "N",
      description =
          "low-rank, full: largest number of passes over the pairs (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description =
          "low-rank, full: peak of the learning rate, which rises linearly and falls along a cosine (default:"
              + " 0.001 for low-rank, 0.0001 for full).")
  private Double learningRate;

  @Option(
      names = "--warm-up",
      defaultValue = "0.1",
      paramLabel = "SHARE",
      description =
          "low-rank, full: share of the updates before the peak (default: ${DEFAULT-VALUE}).")
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
      description = "low-rank, full: largest norm of the gradient (default: ${DEFAULT-VALUE}).")
  private double clip;

  @Option(
      names = "--patience",
      defaultValue = "3",
      paramLabel = "N",
      description =
          "low-rank, full: training ends after N measurements without improvement on the validation prompts;"
              + " there are two measurements a pass (default: ${DEFAULT-VALUE}).")
  private int patience;

  @Option(
      names = "--save-every",
      defaultValue = "120",
      paramLabel = "SECONDS",
      description =
          "low-rank, full: shortest time between two saved states; a killed run resumes from the last one"
              + " (default: ${DEFAULT-VALUE}).")
  private long saveEvery;

  /**
   * The options of the adaptation; empty if only the head is trained.
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
