package dev.panda.orchestrator.workshop.benchmark.report;

import dev.panda.orchestrator.workshop.benchmark.load.Result;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a sweep varies along the horizontal axis: the load, or, if it varies only that, the length
 * of the prompts. If it varies both, each length has lines of its own.
 */
record Axis(boolean lengths, boolean linesByLength, String title) {

  static Axis of(List<Result> results) {
    boolean severalLoads = results.stream().map(r -> r.setting().load()).distinct().count() > 1;
    boolean severalLengths =
        results.stream().map(r -> r.setting().promptTokens()).distinct().count() > 1;
    boolean lengths = severalLengths && !severalLoads;
    String title = lengths ? "tokens of the prompt" : results.get(0).setting().load().unit();
    return new Axis(lengths, severalLengths && severalLoads, title);
  }

  /** Where a result stands, as its label. */
  String place(Result result) {
    double value =
        lengths ? result.setting().promptTokens().orElse(0) : result.setting().load().level();
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** The line that a result is on. */
  String line(Result result) {
    OptionalInt tokens = result.setting().promptTokens();
    return linesByLength && tokens.isPresent()
        ? result.contender() + ", " + tokens.getAsInt()
        : result.contender();
  }
}
