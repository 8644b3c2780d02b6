package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.ask.RewardServices;
import dev.panda.orchestrator.workshop.cli.PatternConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The rule that tells which of two answers is chosen; one of these. */
public final class RuleOptions {
  @Option(
      names = "--easier",
      required = true,
      description = "The answer that is easier to read, by Flesch–Kincaid grade.")
  private boolean easier;

  @Option(names = "--harder", required = true, description = "The one that is harder to read.")
  private boolean harder;

  @Option(names = "--shorter", required = true, description = "The one with fewer words.")
  private boolean shorter;

  @Option(names = "--longer", required = true, description = "The one with more words.")
  private boolean longer;

  @Option(
      names = "--matching",
      required = true,
      paramLabel = "REGEX",
      converter = PatternConverter.class,
      description =
          "The one in which this is found, over one in which it isn't (Java's regular"
              + " expressions).")
  private Pattern matching;

  @Option(
      names = "--lacking",
      required = true,
      paramLabel = "REGEX",
      converter = PatternConverter.class,
      description = "The one in which this isn't found.")
  private Pattern lacking;

  @Option(
      names = "--reward",
      required = true,
      paramLabel = "NAME",
      description = "The one with the higher reward of a reward model that is served.")
  private String reward;

  @Option(
      names = "--judge",
      required = true,
      paramLabel = "TEXT",
      description =
          "The one that a language model finds to meet this criterion better; see --judge-model.")
  private String criterion;

  /** Whether the rule is to ask a language model. */
  public boolean asksJudge() {
    return criterion != null;
  }

  /** Whether the rule is to ask a reward service. */
  public boolean asksRewardService() {
    return reward != null;
  }

  public String criterion() {
    return criterion;
  }

  /**
   * The rule; the caller closes it.
   *
   * @param judgements where a language model's judgements are kept
   */
  public Ranking ranking(JudgeOptions judge, RewardServices services, Path judgements)
      throws IOException {
    if (easier || harder) {
      return new ReadabilityRanking(easier);
    }
    if (shorter || longer) {
      return new LengthRanking(shorter);
    }
    if (asksRewardService()) {
      return RewardRanking.open(reward, services);
    }
    if (asksJudge()) {
      return new KeptJudgements(judge.judge(criterion), judgements);
    }
    return new PatternRanking(matching != null ? matching : lacking, matching != null);
  }
}
