package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.ask.RewardServices;
import dev.panda.orchestrator.workshop.cli.PatternConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of which one names the rule that says which of two answers is chosen. */
public final class RuleOptions {
  @Option(
      names = "--easier",
      required = true,
      description = "The answer that is easier to read, by Flesch–Kincaid grade.")
  private boolean easier;

  @Option(names = "--harder", required = true, description = "The answer that is harder to read.")
  private boolean harder;

  @Option(names = "--shorter", required = true, description = "The answer with fewer words.")
  private boolean shorter;

  @Option(names = "--longer", required = true, description = "The answer with more words.")
  private boolean longer;

  @Option(
      names = "--matching",
      required = true,
      paramLabel = "REGEX",
      converter = PatternConverter.class,
      description =
          "The answer in which this is found, over one in which it is not (Java's regular"
              + " expressions).")
  private Pattern matching;

  @Option(
      names = "--lacking",
      required = true,
      paramLabel = "REGEX",
      converter = PatternConverter.class,
      description = "The answer in which this is not found.")
  private Pattern lacking;

  @Option(
      names = "--reward",
      required = true,
      paramLabel = "NAME",
      description = "The answer with the higher reward of a served reward model.")
  private String reward;

  @Option(
      names = "--judge",
      required = true,
      paramLabel = "TEXT",
      description =
          "The answer that meets this criterion better, as a language model judges; see --judge-model.")
  private String criterion;

  /** Whether the rule asks a language model. */
  public boolean asksJudge() {
    return criterion != null;
  }

  /** Whether the rule asks a reward service. */
  public boolean asksRewardService() {
    return reward != null;
  }

  public String criterion() {
    return criterion;
  }

  /**
   * Makes the ranking; the caller closes it.
   *
   * @param judgements file in which a language model's judgements are kept
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
