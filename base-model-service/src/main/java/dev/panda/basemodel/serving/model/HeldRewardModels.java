package dev.panda.basemodel.serving.model;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.loading.Backbone;
import dev.panda.transformer.reward.loading.BackboneRewards;
import dev.panda.transformer.reward.loading.PreferenceFolders;
import dev.panda.transformer.reward.loading.PreferenceSelection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The reward models that the service holds beside its model, because they read the same weights.
 *
 * @param preferences names or folders, or {@code *} for all; empty for none
 * @param notices receives a line for each reward model that is left out, or that does not belong to
 *     another one as its card says
 */
record HeldRewardModels(Optional<List<String>> preferences, Consumer<String> notices) {
  private static final String ALL = "*";

  /**
   * Reads the reward models, by name.
   *
   * @throws RewardModelException if one cannot be used, does not fit the model, or has weights of
   *     its own
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a file is missing
   */
  List<RewardModel> read(ModelFolders models, Checkpoint checkpoint) {
    if (preferences.isEmpty()) {
      return List.of();
    }
    PreferenceFolders folders = new PreferenceFolders(models, checkpoint.path());
    BackboneRewards rewards =
        new BackboneRewards(Backbone.of(checkpoint), checkpoint.config(), folders, notices);
    selection(preferences.get(), folders).folders().forEach(rewards::read);
    return rewards.all();
  }

  private PreferenceSelection selection(List<String> names, PreferenceFolders folders) {
    if (names.equals(List.of(ALL))) {
      return PreferenceSelection.all(folders, false, notices);
    }
    PreferenceSelection selection = PreferenceSelection.named(names, folders);
    if (selection.withOwnWeights().isPresent()) {
      throw new RewardModelException(
          "panda.base-model.preferences: %s has weights of its own (expected: reward models that read the model's; a reward service serves it)"
              .formatted(selection.withOwnWeights().get().getFileName()));
    }
    return selection;
  }
}
