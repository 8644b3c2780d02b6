package dev.panda.basemodel.serving.grpc;

import dev.panda.api.basemodel.v1.StepRewards;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.reward.ResponseRewards;
import dev.panda.transformer.reward.RewardModel;
import java.util.Arrays;
import java.util.List;

/** The rewards of one guided sequence, step by step. */
final class SequenceRewards {
  private final ResponseRewards rewards;
  private int promptTokens;

  /**
   * Begins before the prompt.
   *
   * @param models all that the service holds
   * @param promptTokens number of tokens of the prompt, at least one
   */
  SequenceRewards(List<RewardModel> models, ValidGuidance guidance, int promptTokens) {
    this.rewards = new ResponseRewards(models, guidance.preferences(), guidance.unit());
    this.promptTokens = promptTokens;
  }

  /** Whether the model has to read candidates for their rewards. */
  boolean readsCandidates() {
    return rewards.readsCandidates();
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
    if (scoresCandidates) {
      int[] ids = step.next().orElseThrow().ids();
      float[][] readouts = step.candidateReadouts();
      int[] scored = readsCandidates() ? Arrays.copyOf(ids, readouts.length) : ids;
      Arrays.stream(rewards.score(scored, readouts)).forEach(told::addCandidates);
    }
    Arrays.stream(rewards.runningSums()).forEach(told::addRunningSums);
    Arrays.stream(rewards.whole()).forEach(told::addResponse);
    return told.build();
  }
}
