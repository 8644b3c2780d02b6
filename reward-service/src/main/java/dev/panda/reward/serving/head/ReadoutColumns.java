package dev.panda.reward.serving.head;

import java.util.List;

/**
 * What a backbone reads of a token for its reward models: the projection of every head, then those
 * of every token head, in the order of the models.
 */
public final class ReadoutColumns {
  private final int[] tokenHeads;

  /** Lays them out. */
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

  /** The first column of a model's token head, where it has one. */
  public int tokenHead(int model) {
    return tokenHeads[model];
  }
}
