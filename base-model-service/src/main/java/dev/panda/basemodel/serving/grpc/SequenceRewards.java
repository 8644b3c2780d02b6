package dev.panda.basemodel.serving.grpc;

import dev.panda.api.basemodel.v1.StepRewards;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Guidance;
import dev.panda.transformer.reward.ResponseRewards;
import dev.panda.transformer.reward.RewardModel;
import java.util.Arrays;
import java.util.List;

/** The rewards of one guided sequence, step by step. */
final class SequenceRewards {
  private static final int[] NONE = {};

  private final ResponseRewards rewards;
  private final int atOnce;
  private int promptTokens;
  private int[] ids = NONE;
  private int scored;

  /**
   * Begins before the prompt.
   *
   * @param models all that the service holds
   * @param promptTokens number of tokens of the prompt, at least one
   */
  SequenceRewards(List<RewardModel> models, ValidGuidance guidance, int promptTokens) {
    this.rewards = new ResponseRewards(models, guidance.preferences(), guidance.unit());
    this.atOnce = guidance.atOnce();
    this.promptTokens = promptTokens;
  }

  /** Whether the model has to read candidates for their rewards. */
  boolean readsCandidates() {
    return rewards.readsCandidates();
  }

  /** What is read at once of a step whose survivors lie within a limit. */
  Guidance within(double limit) {
    return new Guidance(limit, atOnce);
  }

  /** Number of first candidates of the last step that have rewards. */
  int scored() {
    return ids.length == 0 ? 0 : scored;
  }

  /** Number of first candidates of the last step that may have rewards. */
  int mostScored() {
    return readsCandidates() ? ids.length : scored;
  }

  /**
   * Scores further candidates of the last step.
   *
   * @param readouts of the candidates after those that have rewards
   */
  StepRewards further(float[][] readouts) {
    int[] further = Arrays.copyOfRange(ids, scored, scored + readouts.length);
    scored += further.length;
    StepRewards.Builder told = StepRewards.newBuilder();
    Arrays.stream(rewards.score(further, readouts)).forEach(told::addCandidates);
    return response(told);
  }

  /**
   * Takes a step into account: its accepted tokens, in the first step behind those of the prompt.
   *
   * @param scoresCandidates whether the next tokens get rewards
   */
  StepRewards of(AdvanceResult step, boolean scoresCandidates) {
    float[][] accepted = step.acceptedReadouts();
    if (promptTokens > 0) {
      rewards.begin(accepted[promptTokens - 1]);
    }
    for (int i = promptTokens; i < accepted.length; i++) {
      rewards.accept(accepted[i]);
    }
    promptTokens = 0;
    StepRewards.Builder told = StepRewards.newBuilder();
    ids = scoresCandidates ? step.next().orElseThrow().ids() : NONE;
    scored = readsCandidates() ? step.candidateReadouts().length : ids.length;
    if (scoresCandidates) {
      int[] first = Arrays.copyOf(ids, scored);
      Arrays.stream(rewards.score(first, step.candidateReadouts())).forEach(told::addCandidates);
    }
    return response(told);
  }

  private StepRewards response(StepRewards.Builder told) {
    Arrays.stream(rewards.runningSums()).forEach(told::addRunningSums);
    Arrays.stream(rewards.whole()).forEach(told::addResponse);
    return told.build();
  }
}
