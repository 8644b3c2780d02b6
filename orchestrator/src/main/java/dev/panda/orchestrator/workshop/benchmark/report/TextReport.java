package dev.panda.orchestrator.workshop.benchmark.report;

import dev.panda.orchestrator.workshop.benchmark.load.Result;
import dev.panda.orchestrator.workshop.benchmark.load.Spread;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints results for people. */
public final class TextReport {
  private static final String SPREAD = "  %-18s %9s %9s %9s %9s%s%n";
  private static final String LINE = "%-44s %9s %10s %9s %9s %9s %9s %7s%n";

  private final PrintWriter out;
  private final Optional<Floor> floor;

  public TextReport(PrintWriter out, Optional<Floor> floor) {
    this.out = out;
    this.floor = floor;
  }

  /** Prints what all results have in common. */
  public void head(List<String> lines) {
    lines.forEach(out::println);
    floor.ifPresent(f -> out.println(f.inWords()));
    out.println();
  }

  /** Prints the results of one setting. */
  public void setting(List<Result> results) {
    if (results.isEmpty()) {
      return;
    }
    Result any = results.get(0);
    int runs = any.runs().size();
    out.printf(
        "%s, %s of %s, milliseconds%n",
        any.setting().inWords(),
        runs == 1 ? "one run" : runs + " runs",
        any.setting().extent().inWords());
    out.printf(SPREAD, "", "mean", "p50", "p95", "p99", "");
    results.forEach(this::result);
    out.println();
    ServerTimes.print(results, out);
    out.flush();
  }

  private void result(Result result) {
    out.printf(
        "%s: %.1f tokens/s, %.2f requests/s, %d answered%s%n",
        result.contender(),
        result.tokensPerSecond(),
        result.requestsPerSecond(),
        result.done(),
        failed(result));
    Spread between = result.betweenTokens();
    spread("first token", result.firstToken(), "");
    spread("between tokens", between, floor.map(f -> timesFloor(between, f)).orElse(""));
    spread("whole answer", result.whole(), "");
  }

  private static String failed(Result result) {
    Map<String, Long> failed = result.failed();
    return failed.isEmpty()
        ? ""
        : failed.entrySet().stream()
            .map(reason -> reason.getValue() + " " + reason.getKey())
            .collect(Collectors.joining(", ", ", failed: ", ""));
  }

  private static String timesFloor(Spread between, Floor floor) {
    return between.count() == 0 ? "" : "   %.2f x floor".formatted(between.p50() / floor.millis());
  }

  private void spread(String what, Spread times, String note) {
    out.printf(
        SPREAD,
        what,
        millis(times, times.mean()),
        millis(times, times.p50()),
        millis(times, times.p95()),
        millis(times, times.p99()),
        note);
  }

  private static String millis(Spread of, double millis) {
    return of.count() == 0 ? "-" : "%.1f".formatted(millis);
  }

  /** Prints one line for each result of a sweep. */
  public void sweep(List<Result> results) {
    out.println("all settings; first token and time between tokens in milliseconds");
    out.printf(LINE, "", "tokens/s", "requests/s", "first p50", "p99", "then p50", "p99", "failed");
    for (Result result : results) {
      Spread first = result.firstToken();
      Spread between = result.betweenTokens();
      out.printf(
          LINE,
          result.setting().inWords() + ", " + result.contender(),
          "%.1f".formatted(result.tokensPerSecond()),
          "%.2f".formatted(result.requestsPerSecond()),
          millis(first, first.p50()),
          millis(first, first.p99()),
          millis(between, between.p50()),
          millis(between, between.p99()),
          result.failed().values().stream().mapToLong(Long::longValue).sum());
    }
    out.flush();
  }
}
