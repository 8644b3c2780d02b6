package dev.panda.transformer.decoder;

import ai.djl.engine.Engine;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.Family;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Chooses the numeric format that is fastest on this machine, among those that choose the same next
 * token as float32 at 95 % of the positions or more. Among formats that are nearly as fast, the
 * closest to float32 is chosen. It measures for some seconds, once for each machine and model.
 */
public final class AutoNumerics {
  private static final Logger LOG = System.getLogger(AutoNumerics.class.getName());

  /** The formats within the agreement, the closest to float32 first. */
  private static final List<Numerics> CLOSEST_FIRST =
      List.of(Numerics.FLOAT32, Numerics.FLOAT16, Numerics.BFLOAT16, Numerics.INT4);

  /** The rest of the memory is for caches and for the other processes. */
  private static final double SHARE_OF_WEIGHTS = 0.75;

  /** A format this much slower than the fastest is nearly as fast. */
  private static final double NEARLY = 1.1;

  private final NumericsMeasurements kept;

  /**
   * @param measurements the file that keeps what was measured; it need not exist
   */
  public AutoNumerics(Path measurements) {
    this.kept = new NumericsMeasurements(measurements);
  }

  /**
   * The format with a name, or for {@code auto} the one that {@link #choose} chooses.
   *
   * @throws IllegalArgumentException if there is no such format
   */
  public Numerics resolve(
      String name, Checkpoint checkpoint, String device, int threads, Work work) {
    return Numerics.named(name).orElseGet(() -> choose(checkpoint, device, threads, work));
  }

  /**
   * The format with a name, or for {@code auto} the one that {@link #choose} chooses.
   *
   * @param model the model's folder or file, which is opened for {@code auto} only
   * @throws IllegalArgumentException if there is no such format
   */
  public Numerics resolve(String name, Path model, String device, int threads, Work work) {
    return Numerics.named(name)
        .orElseGet(
            () -> {
              try (Checkpoint checkpoint = Checkpoints.open(model)) {
                return choose(checkpoint, device, threads, work);
              }
            });
  }

  /**
   * Chooses a format, and logs which and why.
   *
   * @param device {@code cpu}, {@code cuda}, or {@code cuda:1} and so on
   * @param threads number of CPU threads of one operation
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a tensor is missing or has
   *     another shape than the configuration implies
   */
  public Numerics choose(Checkpoint checkpoint, String device, int threads, Work work) {
    if (Devices.parse(device).isGpu()) {
      return onGpu(checkpoint);
    }
    ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), false);
    List<Numerics> formats = candidates(checkpoint);
    if (formats.isEmpty()) {
      return Numerics
          .BFLOAT16; // the smallest near float32; loading refuses it with sizes if it does not fit
    }
    if (formats.size() == 1) {
      return formats.get(0);
    }
    Map<Numerics, Duration> times =
        kept.get(
            subject(checkpoint, threads),
            work,
            formats,
            () -> NumericsTrial.run(checkpoint, formats, threads));
    Numerics chosen = fastest(times);
    LOG.log(
        Level.INFO,
        "numerics: {0}, the fastest for {1} of the formats near float32: {2}",
        chosen,
        work,
        times.entrySet().stream()
            .map(time -> "%s %.1f ms".formatted(time.getKey(), time.getValue().toNanos() / 1e6))
            .collect(Collectors.joining(", ")));
    return chosen;
  }

  /** The states of Gemma 3 outgrow float16. */
  private static Numerics onGpu(Checkpoint checkpoint) {
    return Family.of(checkpoint.config().architecture()) == Family.GEMMA3
        ? Numerics.BFLOAT16
        : Numerics.FLOAT16;
  }

  /** Names everything that the times of any work depend on. */
  private static String subject(Checkpoint checkpoint, int threads) {
    ModelConfig model = checkpoint.config();
    return "%s, %d threads; PyTorch %s; %s, %d blocks, %d × %d, heads %d and %d of %d, %s"
        .formatted(
            Processor.name(),
            threads,
            Engine.getEngine("PyTorch").getVersion(),
            model.architecture(),
            model.numHiddenLayers(),
            model.hiddenSize(),
            model.intermediateSize(),
            model.numAttentionHeads(),
            model.numKeyValueHeads(),
            model.headDim(),
            checkpoint.tensors().get(ModelTensors.layerPrefix(0) + "mlp.up_proj.weight").type());
  }

  private static List<Numerics> candidates(Checkpoint checkpoint) {
    return CLOSEST_FIRST.stream()
        .filter(numerics -> numerics.runsOnCpu() && fits(checkpoint, numerics))
        .filter(numerics -> numerics != Numerics.INT4 || isInFourBits(checkpoint))
        .toList();
  }

  private static boolean fits(Checkpoint checkpoint, Numerics numerics) {
    int layers = checkpoint.config().numHiddenLayers();
    return numerics == Numerics.INT4
        || MemoryNeed.fits(
            MemoryNeed.weights(checkpoint.config(), layers, true, numerics, false)
                / SHARE_OF_WEIGHTS);
  }

  /** Whether most weights of the blocks are on the grid of int4, so that it loses little. */
  private static boolean isInFourBits(Checkpoint checkpoint) {
    long onGrid = 0;
    long all = 0;
    for (Map.Entry<String, List<Integer>> tensor :
        ModelTensors.shapes(checkpoint.config(), 1).entrySet()) {
      List<Integer> shape = tensor.getValue();
      if (shape.size() == 2 && !tensor.getKey().equals(ModelTensors.EMBEDDING)) {
        if (!Numerics.INT4.holds(shape.get(0), shape.get(1))) {
          return false;
        }
        long size = (long) shape.get(0) * shape.get(1);
        all += size;
        if (isOnGrid(checkpoint, tensor.getKey())) {
          onGrid += size;
        }
      }
    }
    return 2 * onGrid > all;
  }

  private static boolean isOnGrid(Checkpoint checkpoint, String tensor) {
    return checkpoint.stored(tensor).flatMap(elements -> elements.format().grid()).isPresent();
  }

  static Numerics fastest(Map<Numerics, Duration> times) {
    Duration least = times.values().stream().min(Comparator.naturalOrder()).orElseThrow();
    return CLOSEST_FIRST.stream()
        .filter(numerics -> times.containsKey(numerics))
        .filter(numerics -> times.get(numerics).toNanos() <= NEARLY * least.toNanos())
        .findFirst()
        .orElseThrow();
  }
}
