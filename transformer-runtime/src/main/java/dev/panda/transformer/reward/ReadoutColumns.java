package dev.panda.transformer.reward;

import java.util.List;

/**
 * The columns of the values that a backbone reads from a token for its reward models: first the
 * projection of every head, then the projections of every token head, in the order of the models.
 */
public final class ReadoutColumns {
  private final int[] tokenHeads;

  /** Assigns columns to the models. */
  public ReadoutColumns(List<RewardModel> models) {
    this.tokenHeads = new int[models.size()];
    int next = models.size();
    for (int model = 0; model < tokenHeads.length; model++) {
      tokenHeads[model] = next;
      next += models.get(model).tokenHead().map(TokenHead::rank).orElse(0);
    }
  }

  /** The column of a model's head. */
  public int head(int model) {
    return model;
  }

  /** The first column of a model's token head; the model must have one. */
  public int tokenHead(int model) {
    return tokenHeads[model];
  }
}
