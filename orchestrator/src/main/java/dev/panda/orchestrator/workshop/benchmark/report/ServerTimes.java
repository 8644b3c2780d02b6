package dev.panda.orchestrator.workshop.benchmark.report;

import dev.panda.api.generation.v1.Usage;
import dev.panda.orchestrator.workshop.ask.Figures;
import dev.panda.orchestrator.workshop.benchmark.contender.Answer;
import dev.panda.orchestrator.workshop.benchmark.load.Result;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Prints where the orchestrator says that a token's time went, as medians over the answers. */
final class ServerTimes {
  private static final String ROW = "%-18s %7s %12s %8s %8s %8s %8s %9s%n";

  private ServerTimes() {}

  static void print(List<Result> results, PrintWriter out) {
    List<Result> told = results.stream().filter(result -> !usages(result).isEmpty()).toList();
    if (told.isEmpty()) {
      return;
    }
    out.printf(
        ROW,
        "at the server",
        "tokens",
        "first token",
        "a token",
        "base",
        "rewards",
        "outside",
        "scored");
    for (Result result : told) {
      out.printf(
          ROW,
          result.contender(),
          median(result, "%.0f", Usage::getGeneratedTokens),
          median(result, "%.0f", u -> 1e3 * Figures.seconds(u.getTimeToFirstToken())),
          median(result, "%.1f", ServerTimes::millisAfterTheFirst),
          median(result, "%.1f", u -> aToken(u, Figures.seconds(u.getBaseTime()))),
          median(result, "%.1f", u -> aToken(u, Figures.seconds(u.getRewardTime()))),
          median(result, "%.2f", ServerTimes::millisOutside),
          median(result, "%.0f", Usage::getScoredCandidates));
    }
    out.println();
  }

  private static List<Usage> usages(Result result) {
    return result.answers().map(Answer::usage).flatMap(usage -> usage.stream()).toList();
  }

  private static String median(Result result, String format, ToDoubleFunction<Usage> figure) {
    double[] sorted = usages(result).stream().mapToDouble(figure).sorted().toArray();
    return format.formatted((sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2);
  }

  private static double millisAfterTheFirst(Usage usage) {
    double seconds =
        Figures.seconds(usage.getTotalTime()) - Figures.seconds(usage.getTimeToFirstToken());
    return 1e3 * seconds / Math.max(1, usage.getGeneratedTokens() - 1);
  }

  private static double millisOutside(Usage usage) {
    return aToken(
        usage,
        Figures.seconds(usage.getTotalTime())
            - Figures.seconds(usage.getBaseTime())
            - Figures.seconds(usage.getRewardTime()));
  }

  /** Milliseconds a token. */
  private static double aToken(Usage usage, double seconds) {
    return 1e3 * seconds / Math.max(1, usage.getGeneratedTokens());
  }
}
