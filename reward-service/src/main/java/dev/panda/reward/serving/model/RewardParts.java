package dev.panda.reward.serving.model;

import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.loading.PreferenceFolders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Splits chosen reward models into parts that each read the same weights. */
public final class RewardParts {
  private RewardParts() {}

  /**
   * Returns one part for all reward models that read the original backbone, if there are any, then
   * one part for each reward model with weights of its own. If no models are named, models with
   * weights of their own are left out.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if there is no such backbone
   * @throws RewardModelException if a reward model does not exist, or two have the same name
   */
  public static List<RewardOptions> of(RewardOptions options) {
    if (options.preferences().isEmpty()) {
      return List.of(options);
    }
    ModelFolders models = new ModelFolders(options.modelRoots());
    PreferenceFolders folders = new PreferenceFolders(models, models.resolve(options.model()));
    List<List<String>> parts = new ArrayList<>();
    List<String> shared = new ArrayList<>();
    Set<String> preferences = new HashSet<>();
    for (String name : options.preferences().get()) {
      RewardCard card = RewardModelFolder.readCard(folders.resolve(name));
      if (!preferences.add(card.preference())) {
        throw new RewardModelException(
            "preference: %s twice (expected: reward models with different names)"
                .formatted(card.preference()));
      }
      if (card.hasOwnWeights()) {
        parts.add(List.of(name));
      } else {
        shared.add(name);
      }
    }
    if (!shared.isEmpty()) {
      parts.add(0, shared);
    }
    return parts.stream().map(options::withPreferences).toList();
  }
}
