package dev.panda.reward.workshop.training;

import dev.panda.transformer.reward.Readout;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Chooses a readout from the search: among the readouts about as good as the best, the one with the
 * lowest layer, because a pass computes only the blocks up to that layer.
 */
final class ReadoutChoice {
  /** Half a pair in a hundred, far less than the uncertainty of an accuracy on validation pairs. */
  static final double AS_GOOD = 0.005;

  private ReadoutChoice() {}

  /**
   * Chooses a readout.
   *
   * @param searched at least one
   * @param taken readout of another reward model, to avoid: the choice has another layer or, if
   *     there is only one layer, another pooling
   * @throws IllegalArgumentException if there is no other readout
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
          "layers: only %d (expected: another layer for the judge)".formatted(taken.layer()));
    }
    return poolings;
  }
}
