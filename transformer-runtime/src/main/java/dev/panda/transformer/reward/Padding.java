package dev.panda.transformer.reward;

import java.util.List;

/**
 * Passes over padding in the readouts of one sequence, as transformers' sequence classifiers do:
 * they read the reward at the rightmost token that is not padding. So a padding token has the
 * readout of the token before it. Only models that name a padding token are concerned.
 *
 * <p>Not safe for use by several threads.
 */
public final class Padding {
  private final int[] tokens;
  private float[] before;

  /** Begins a sequence that these models read. */
  public Padding(List<RewardModel> models) {
    this.tokens = models.stream().mapToInt(model -> model.padding().orElse(-1)).toArray();
  }

  /**
   * Corrects the readouts of the sequence's next tokens, in place.
   *
   * @param readouts [token × column of {@link ReadoutColumns}]
   */
  public void accept(int[] accepted, float[][] readouts) {
    for (int i = 0; i < readouts.length; i++) {
      passOver(accepted[i], readouts[i]);
      before = readouts[i];
    }
  }

  /** Corrects the readouts of candidates for the next token, in place. */
  public void score(int[] candidates, float[][] readouts) {
    for (int z = 0; z < readouts.length; z++) {
      passOver(candidates[z], readouts[z]);
    }
  }

  private void passOver(int token, float[] readouts) {
    for (int model = 0; model < tokens.length; model++) {
      if (token == tokens[model] && before != null) {
        readouts[model] = before[model];
      }
    }
  }
}
