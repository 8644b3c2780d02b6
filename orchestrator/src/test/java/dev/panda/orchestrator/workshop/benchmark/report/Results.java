package dev.panda.orchestrator.workshop.benchmark.report;

import dev.panda.orchestrator.workshop.benchmark.contender.Answer;
import dev.panda.orchestrator.workshop.benchmark.contender.RequestException;
import dev.panda.orchestrator.workshop.benchmark.load.ClosedLoop;
import dev.panda.orchestrator.workshop.benchmark.load.Extent;
import dev.panda.orchestrator.workshop.benchmark.load.Measured;
import dev.panda.orchestrator.workshop.benchmark.load.Result;
import dev.panda.orchestrator.workshop.benchmark.load.Run;
import dev.panda.orchestrator.workshop.benchmark.load.Setting;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/** Results made up for tests. */
final class Results {
  private static final long MILLI = 1_000_000;

  private Results() {}

  /** One answer of 11 tokens for each stream, and one request that was refused. */
  static Result of(String contender, int streams, int first, int between) {
    List<Measured> requests =
        LongStream.range(0, streams + 1L)
            .mapToObj(i -> i < streams ? answered(i, first + i, between + i) : refused())
            .toList();
    return new Result(
        new Setting(new ClosedLoop(streams), OptionalInt.of(128), 1, Extent.ofRequests(streams)),
        contender,
        List.of(new Run((first + 10L * between) * MILLI, true, requests)));
  }

  private static Measured answered(long due, long first, long between) {
    long[] tokens = LongStream.range(0, 11).map(t -> (due + first + t * between) * MILLI).toArray();
    return new Measured(
        due * MILLI,
        tokens,
        tokens[10],
        Optional.of(new Answer(128, 11, Optional.empty())),
        Optional.empty());
  }

  private static Measured refused() {
    return new Measured(
        0,
        new long[0],
        MILLI,
        Optional.empty(),
        Optional.of(new RequestException("no room", true, new IllegalStateException("full"))));
  }
}
