package dev.panda.basemodel.serving.grpc;

import dev.panda.api.basemodel.v1.StepRewards;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Guidance;
import dev.panda.transformer.reward.ResponseRewards;
import dev.panda.transformer.reward.RewardModel;
import java.util.Arrays;
import java.util.List;

/** The rewards of one guided sequence after one of its steps. */
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
    this(
        new ResponseRewards(models, guidance.preferences(), guidance.unit()),
        guidance.atOnce(),
        promptTokens);
  }

  private SequenceRewards(ResponseRewards rewards, int atOnce, int promptTokens) {
    this.rewards = rewards;
    this.atOnce = atOnce;
    this.promptTokens = promptTokens;
  }

  /** The rewards after the same step, to go on otherwise. */
  SequenceRewards copy() {
    return new SequenceRewards(rewards.copy(), atOnce, promptTokens);
  }

  /** Whether the model has to read candidates for their rewards. */
  boolean readsCandidates() {
    return rewards.readsCandidates();
  }

  /** What is read at once of a step whose survivors lie within a limit. */
  Guidance within(double limit) {
    return new Guidance(limit, atOnce);
  }

  /** Number of first candidates of the step that have rewards. */
  int scored() {
    return ids.length == 0 ? 0 : scored;
  }

  /** Number of first candidates of the step that may have rewards. */
  int mostScored() {
    return readsCandidates() ? ids.length : scored;
  }

  /**
   * Scores further candidates of the step.
   *
   * @param readouts of the candidates after those that have rewards
   */
  StepRewards further(float[][] readouts) {
    int[] further = Arrays.copyOfRange(ids, scored, scored + readouts.length);
    scored += further.length;
    return told(further, readouts);
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
    return candidates(
        scoresCandidates ? step.next().orElseThrow().ids() : NONE, step.candidateReadouts());
  }

  /** Takes a step behind a draft's token into account. */
  StepRewards of(AdvanceResult.Drafted step) {
    rewards.accept(step.readouts());
    return candidates(step.next().ids(), step.candidateReadouts());
  }

  private StepRewards candidates(int[] next, float[][] readouts) {
    ids = next;
    scored = readsCandidates() ? readouts.length : ids.length;
    return told(Arrays.copyOf(ids, Math.min(scored, ids.length)), readouts);
  }

  private StepRewards told(int[] candidates, float[][] readouts) {
    StepRewards.Builder told = StepRewards.newBuilder();
    Arrays.stream(rewards.score(candidates, readouts)).forEach(told::addCandidates);
    Arrays.stream(rewards.runningSums()).forEach(told::addRunningSums);
    Arrays.stream(rewards.whole()).forEach(told::addResponse);
    return told.build();
  }
}
