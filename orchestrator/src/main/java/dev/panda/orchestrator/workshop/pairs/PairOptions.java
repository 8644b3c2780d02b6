package dev.panda.orchestrator.workshop.pairs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import dev.panda.orchestrator.workshop.cli.PatternConverter;
import dev.panda.orchestrator.workshop.pairs.rules.Ranking;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say which answers make a pair. */
final class PairOptions {
  private static final double LENGTH_TOLERANCE = 0.1;

  @Option(
      names = "--min-gap",
      paramLabel = "X",
      description =
          "Least difference between two answers, in the rule's unit (default: 2 grades, 10 words,"
              + " 0.5 standard deviations of a reward, 2 of a judge's 10 grades).")
  private Double minGap;

  @Option(
      names = "--length-tolerance",
      paramLabel = "SHARE",
      description =
          "Largest difference in characters, as a share of the longer answer (default: 0.1; any with"
              + " --shorter and --longer).")
  private Double lengthTolerance;

  @Option(
      names = "--leave-out",
      paramLabel = "REGEX",
      converter = PatternConverter.class,
      description =
          "Leave out answers in which this is found, such as '(?i)\\b(warm|tone)\\b' if answers"
              + " mention the instruction (Java's regular expressions).")
  private Pattern leaveOut;

  @Option(
      names = "--max-repetition",
      defaultValue = "15",
      paramLabel = "PERCENT",
      description = "Leave out answers with more repeated 3-grams (default: ${DEFAULT-VALUE}).")
  private double maxRepetition;

  @Option(
      names = "--min-words",
      defaultValue = "12",
      paramLabel = "N",
      description = "Leave out answers with fewer words (default: ${DEFAULT-VALUE}).")
  private int minWords;

  @Option(
      names = "--max-uses",
      defaultValue = "4",
      paramLabel = "N",
      description = "Most pairs in which an answer is used (default: ${DEFAULT-VALUE}).")
  private int maxUses;

  @Option(
      names = "--max-pairs",
      defaultValue = "20",
      paramLabel = "N",
      description = "Most pairs of a prompt (default: ${DEFAULT-VALUE}).")
  private int maxPairs;

  void requireSense(CommandSpec spec) {
    OptionCheck.require(
        spec, minGap == null || minGap > 0, "--min-gap: " + minGap + " (expected: above 0)");
    OptionCheck.require(
        spec,
        lengthTolerance == null || (lengthTolerance >= 0 && lengthTolerance <= 1),
        "--length-tolerance: " + lengthTolerance + " (expected: 0 to 1)");
    OptionCheck.atLeastOne(spec, "--max-uses", maxUses);
    OptionCheck.atLeastOne(spec, "--max-pairs", maxPairs);
  }

  void requireSense(CommandSpec spec, Ranking ranking) {
    OptionCheck.require(
        spec,
        ranking.balancesLengths() || lengthTolerance == null,
        "--length-tolerance: set (expected: unset if length is the rule)");
  }

  AnswerFilter filter() {
    return new AnswerFilter(minWords, maxRepetition, Optional.ofNullable(leaveOut));
  }

  PairMaker maker(Ranking ranking, long seed) {
    double tolerance = lengthTolerance == null ? LENGTH_TOLERANCE : lengthTolerance;
    return new PairMaker(
        ranking.rule().higherIsChosen(),
        minGap == null ? ranking.rule().leastGap() : minGap,
        ranking.balancesLengths() ? tolerance : 1,
        maxUses,
        maxPairs,
        seed);
  }

  /** Adds these options to the record of the pairs that {@code maker} made. */
  void addTo(ObjectNode record, PairMaker maker) {
    record
        .put("seed", maker.seed())
        .put("min_gap", maker.minGap())
        .put("length_tolerance", maker.lengthTolerance())
        .put("max_repetition", maxRepetition)
        .put("min_words", minWords)
        .put("max_uses", maxUses)
        .put("max_pairs", maxPairs);
    if (leaveOut != null) {
      record.put("leave_out", leaveOut.pattern());
    }
  }
}
