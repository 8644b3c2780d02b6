package dev.panda.orchestrator.workshop.benchmark.load;

import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** When requests begin. */
public sealed interface Load permits ClosedLoop, OpenLoop {
  /**
   * Begins the requests of a run.
   *
   * @param streams runs requests, all at the same time
   * @param request makes a request and returns when it has ended; takes the moment when it was due
   */
  void begin(Executor streams, Clock clock, Extent extent, LongConsumer request)
      throws InterruptedException;

  /** What a sweep varies: streams, or requests a second. */
  double level();

  /** What {@link #level} counts. */
  String unit();

  /** The load for people. */
  String inWords();
}
