package dev.panda.reward.serving.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reward models of one backbone, loaded together, even if they read different weights.
 *
 * @param parts in the order of {@link RewardParts}
 */
public record LoadedRewards(List<ServedRewards> parts) implements AutoCloseable {

  public LoadedRewards {
    parts = List.copyOf(parts);
  }

  /**
   * Loads the chosen reward models; the caller closes them.
   *
   * @param notices as for {@link RewardLoader}
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a checkpoint's file cannot be
   *     used
   * @throws dev.panda.transformer.reward.RewardModelException if a reward model cannot be used,
   *     there is none, or two have the same name
   * @throws IllegalArgumentException if an option does not fit the model or the machine
   */
  public static LoadedRewards load(RewardOptions options, Consumer<String> notices) {
    List<ServedRewards> parts = new ArrayList<>();
    try {
      for (RewardOptions part : RewardParts.of(options)) {
        parts.add(new RewardLoader(part, notices).load());
      }
      return new LoadedRewards(parts);
    } catch (RuntimeException | Error e) {
      parts.forEach(ServedRewards::close);
      throw e;
    }
  }

  @Override
  public void close() {
    parts.forEach(ServedRewards::close);
  }
}
