package dev.panda.transformer.decoder;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The order in which a pass through the blocks reaches the projections. */
final class ProjectionOrder {
  private ProjectionOrder() {}

  /** Indices of the projections, by layer, then in the given order. */
  static int[] byLayer(List<Projection> projections) {
    return IntStream.range(0, projections.size())
        .boxed()
        .sorted(Comparator.comparingInt(i -> projections.get(i).layer()))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
