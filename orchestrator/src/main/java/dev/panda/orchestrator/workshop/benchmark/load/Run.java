package dev.panda.orchestrator.workshop.benchmark.load;

import java.util.Comparator;
import java.util.List;

/**
 * The requests of one run that ended before it did, in the order in which they were due.
 *
 * @param nanos how long the run took
 * @param whole whether it ended by itself
 */
public record Run(long nanos, boolean whole, List<Measured> requests) {
  public Run {
    requests = requests.stream().sorted(Comparator.comparingLong(Measured::due)).toList();
  }
}
