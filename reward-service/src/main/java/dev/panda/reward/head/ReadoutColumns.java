package dev.panda.reward.head;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a backbone reads of a token for its reward models: the projection of every head, then those
 * of every token head, in the order of the models.
 */
public record ReadoutColumns(List<RewardModel> models) {

  /** The column of a model's head. */
  public int head(int model) {
    return model;
  }

  /** The first column of a model's token head, where it has one. */
  public int tokenHead(int model) {
    return models.size()
        + IntStream.range(0, model)
            .map(i -> models.get(i).tokenHead().map(TokenHead::rank).orElse(0))
            .sum();
  }
}
