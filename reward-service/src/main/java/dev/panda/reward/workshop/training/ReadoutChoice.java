package dev.panda.reward.workshop.training;

import dev.panda.reward.serving.head.Readout;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which of the readouts that were searched is used: of those about as good as the best, the one
 * after the lowest layer, since a pass costs as many blocks.
 */
final class ReadoutChoice {
  /** Half a pair in a hundred: far within the intervals of what pairs split off can tell. */
  static final double AS_GOOD = 0.005;

  private ReadoutChoice() {}

  /**
   * Chooses.
   *
   * @param searched at least one
   * @param taken what another reads, and is not to be read again: another layer, or where there is
   *     one layer alone another pooling
   * @throws IllegalArgumentException if there is nothing else to read
   */
  static FittedReadout of(List<FittedReadout> searched, Optional<Readout> taken) {
    List<FittedReadout> free = taken.map(other -> elsewhere(searched, other)).orElse(searched);
    double best = free.stream().mapToDouble(FittedReadout::accuracy).max().orElseThrow();
    return free.stream()
        .filter(readout -> readout.accuracy() >= best - AS_GOOD)
        .min(
            Comparator.comparingInt(FittedReadout::layer)
                .thenComparing(FittedReadout::accuracy, Comparator.reverseOrder()))
        .orElseThrow();
  }

  private static List<FittedReadout> elsewhere(List<FittedReadout> searched, Readout taken) {
    List<FittedReadout> layers =
        searched.stream().filter(readout -> readout.layer() != taken.layer()).toList();
    if (!layers.isEmpty()) {
      return layers;
    }
    List<FittedReadout> poolings =
        searched.stream().filter(readout -> !readout.pooling().readsLike(taken.pooling())).toList();
    if (poolings.isEmpty()) {
      throw new IllegalArgumentException(
          "layers: %d alone (expected: another one for the judge)".formatted(taken.layer()));
    }
    return poolings;
  }
}
