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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

  /** The second format, of the same bytes for all weights. */
  private static final Numerics MANY_ROWS = Numerics.BFLOAT16;

  /** A second format must be so much faster for texts. */
  private static final double WORTH_IT = 0.8;

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
   * The format with a name, or for {@code auto} the one that {@link #choose} chooses, and a second
   * one for many rows if that is faster and the memory is enough for both.
   *
   * @param memory bytes that the weights may take
   * @throws IllegalArgumentException if there is no such format
   */
  public WeightFormats formats(
      String name, Checkpoint checkpoint, String device, int threads, Work work, long memory) {
    return Numerics.named(name)
        .map(numerics -> new WeightFormats(numerics, Optional.empty()))
        .orElseGet(
            () -> {
              Numerics chosen = choose(checkpoint, device, threads, work);
              boolean second =
                  !Devices.parse(device).isGpu() && fitsWithManyRows(checkpoint, chosen, memory);
              return new WeightFormats(
                  chosen, second ? manyRows(checkpoint, threads, chosen) : Optional.empty());
            });
  }

  private static boolean fitsWithManyRows(Checkpoint checkpoint, Numerics chosen, long memory) {
    int layers = checkpoint.config().numHiddenLayers();
    long both =
        MemoryNeed.weights(checkpoint.config(), layers, true, chosen, false)
            + MemoryNeed.second(checkpoint.config(), layers, chosen, MANY_ROWS);
    return both <= memory && MemoryNeed.fits(both / SHARE_OF_WEIGHTS);
  }

  /** The second format, from as many rows on as it is faster, by the times of all works. */
  private Optional<ManyRows> manyRows(Checkpoint checkpoint, int threads, Numerics chosen) {
    List<Numerics> formats = candidates(checkpoint);
    if (!formats.contains(MANY_ROWS) || !formats.contains(chosen) || chosen == MANY_ROWS) {
      return Optional.empty();
    }
    Map<Work, Map<Numerics, Duration>> times = new EnumMap<>(Work.class);
    for (Work work : Work.values()) {
      times.put(work, times(checkpoint, threads, work, formats));
    }
    OptionalInt from = crossing(times, chosen);
    from.ifPresent(
        rows ->
            LOG.log(
                Level.INFO, "numerics: {0} from {1} rows on, where it is faster", MANY_ROWS, rows));
    return from.stream().mapToObj(rows -> new ManyRows(MANY_ROWS, rows)).findFirst();
  }

  /** Number of rows from which {@link #MANY_ROWS} is faster; empty if it hardly ever is. */
  static OptionalInt crossing(Map<Work, Map<Numerics, Duration>> times, Numerics chosen) {
    Map<Numerics, Duration> ofTexts = times.get(Work.TEXTS);
    if (ofTexts.get(MANY_ROWS).toNanos() > WORTH_IT * ofTexts.get(chosen).toNanos()) {
      return OptionalInt.empty();
    }
    double rows = 0;
    double gain = 0;
    for (Work work : Work.values()) { // by ascending rows
      Map<Numerics, Duration> its = times.get(work);
      double next = its.get(chosen).toNanos() - (double) its.get(MANY_ROWS).toNanos();
      if (next > 0) {
        double share = gain < 0 ? -gain / (next - gain) : 0;
        return OptionalInt.of((int) Math.max(2, Math.ceil(rows + share * (work.rows() - rows))));
      }
      rows = work.rows();
      gain = next;
    }
    return OptionalInt.empty();
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
    Map<Numerics, Duration> times = times(checkpoint, threads, work, formats);
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

  private Map<Numerics, Duration> times(
      Checkpoint checkpoint, int threads, Work work, List<Numerics> formats) {
    return kept.get(
        subject(checkpoint, threads),
        work,
        formats,
        () -> NumericsTrial.run(checkpoint, formats, threads));
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
