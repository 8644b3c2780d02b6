package dev.panda.orchestrator.workshop.benchmark;

import dev.panda.orchestrator.workshop.benchmark.load.ClosedLoop;
import dev.panda.orchestrator.workshop.benchmark.load.Extent;
import dev.panda.orchestrator.workshop.benchmark.load.Load;
import dev.panda.orchestrator.workshop.benchmark.load.OpenLoop;
import dev.panda.orchestrator.workshop.cli.DurationConverter;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say when requests begin, and how many there are. */
final class LoadOptions {
  private static final int REQUESTS_A_STREAM = 4;
  private static final int REQUESTS_AT_A_RATE = 32;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      split = ",",
      description =
          "Streams at a time; each begins its next request when its last one has ended. A list, as"
              + " in 1,8,32, is a sweep.")
  private List<Integer> concurrency = List.of();

  @Option(
      names = "--rate",
      paramLabel = "R",
      split = ",",
      description =
          "Requests a second, whatever their answers take, at random moments (a Poisson process). A"
              + " list is a sweep.")
  private List<Double> rates = List.of();

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Requests of a run (default: 4 for each stream, 32 at a rate).")
  private Integer requests;

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Length of a run in place of --requests, as in 30s; begun answers end.")
  private Duration duration;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "Requests to each contender before its runs, which don't count (default: one for each"
              + " stream, 1 at a rate).")
  private Integer warmUp;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each contender, in turn with the others' (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of arrivals and prompts (default: a fresh one).")
  private Long seed;

  void check(CommandSpec spec) {
    OptionCheck.require(
        spec,
        concurrency.isEmpty() || rates.isEmpty(),
        "--rate: set (expected: unset with --concurrency)");
    OptionCheck.require(
        spec,
        requests == null || duration == null,
        "--duration: set (expected: unset with --requests)");
    concurrency.forEach(streams -> OptionCheck.atLeastOne(spec, "--concurrency", streams));
    for (double rate : rates) {
      OptionCheck.require(
          spec,
          rate >= 1e-3 && rate <= 1e6,
          "--rate: " + rate + " (expected: 0.001 to 1000000 requests a second)");
    }
    if (requests != null) {
      OptionCheck.atLeastOne(spec, "--requests", requests);
    }
    OptionCheck.require(
        spec, warmUp == null || warmUp >= 0, "--warm-up: " + warmUp + " (expected: 0 or more)");
    OptionCheck.atLeastOne(spec, "--rounds", rounds);
    if (seed == null) {
      seed = System.nanoTime();
    }
  }

  /** Whether one stream is timed, rather than a load. */
  boolean singleStream() {
    return concurrency.isEmpty() && rates.isEmpty();
  }

  List<Load> loads() {
    if (singleStream()) {
      return List.of(new ClosedLoop(1));
    }
    return Stream.<Load>concat(
            concurrency.stream().map(ClosedLoop::new),
            rates.stream().map(rate -> new OpenLoop(rate, seed)))
        .toList();
  }

  /** How long a run of a load goes on. */
  Extent extent(Load load) {
    if (duration != null) {
      return Extent.ofDuration(duration);
    }
    if (requests != null) {
      return Extent.ofRequests(requests);
    }
    if (singleStream()) {
      return Extent.ofRequests(1);
    }
    return Extent.ofRequests(
        load instanceof ClosedLoop loop
            ? Math.multiplyExact(REQUESTS_A_STREAM, loop.streams())
            : REQUESTS_AT_A_RATE);
  }

  int warmUp(Load load) {
    if (warmUp != null) {
      return warmUp;
    }
    return load instanceof ClosedLoop loop ? loop.streams() : 1;
  }

  /** Whether runs have a length in time. */
  boolean timed() {
    return duration != null;
  }

  int rounds() {
    return rounds;
  }

  long seed() {
    return seed;
  }
}
