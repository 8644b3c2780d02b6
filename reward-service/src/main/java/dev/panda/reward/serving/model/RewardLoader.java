package dev.panda.reward.serving.model;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.engine.PrefixSharing;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.loading.Backbone;
import dev.panda.transformer.reward.loading.BackboneCheck;
import dev.panda.transformer.reward.loading.BackboneRewards;
import dev.panda.transformer.reward.loading.PreferenceFolders;
import dev.panda.transformer.reward.loading.PreferenceSelection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Loads a backbone and its reward models. */
public final class RewardLoader {
  private final RewardOptions options;
  private final Consumer<String> notices;
  private final Executor aside;

  /**
   * @param notices receives a line for each reward model that was left out, was trained on other
   *     weights than the backbone's, or was distilled from, or judges, a reward model other than
   *     the present one
   */
  public RewardLoader(RewardOptions options, Consumer<String> notices) {
    this(options, notices, Runnable::run);
  }

  /**
   * @param aside executor for the comparison of weights, which reads the whole checkpoint
   */
  RewardLoader(RewardOptions options, Consumer<String> notices, Executor aside) {
    this.options = options;
    this.notices = notices;
    this.aside = aside;
  }

  /**
   * Loads the backbone and the reward models; the caller closes the result.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a checkpoint's file cannot be
   *     used
   * @throws RewardModelException if a reward model cannot be used, there is none, or the chosen
   *     ones do not all read the same weights
   * @throws IllegalArgumentException if an option does not fit the model or the machine
   */
  public ServedRewards load() {
    ModelFolders all = new ModelFolders(options.modelRoots());
    Path path = all.resolve(options.model());
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      Backbone backbone = Backbone.of(checkpoint);
      PreferenceFolders folders = new PreferenceFolders(all, path);
      PreferenceSelection selection =
          options
              .preferences()
              .map(names -> PreferenceSelection.named(names, folders))
              .orElseGet(() -> PreferenceSelection.all(folders, options.judges(), notices));
      List<RewardModel> models = models(path, folders, selection, checkpoint, backbone);
      Optional<Path> own = selection.withOwnWeights();
      aside.execute(() -> BackboneCheck.compare(path, models, notices));
      Engine engine = engine(checkpoint, own, models);
      return new ServedRewards(
          backbone.withContextLength(engine.contextLength()), models, own, engine);
    }
  }

  private Engine engine(Checkpoint backbone, Optional<Path> own, List<RewardModel> models) {
    return own.isEmpty()
        ? Engine.load(backbone, engineOptions(models))
        : RewardEngine.load(backbone, own.get(), models.get(0).card(), engineOptions(models));
  }

  private List<RewardModel> models(
      Path path,
      PreferenceFolders folders,
      PreferenceSelection selection,
      Checkpoint checkpoint,
      Backbone backbone) {
    BackboneRewards rewards = new BackboneRewards(backbone, checkpoint.config(), folders, notices);
    SequenceClassifier classifier = new SequenceClassifier(checkpoint, options.label());
    if (selection.withOwnWeights().isEmpty()) {
      classifier.read(backbone).ifPresent(model -> rewards.add(path, model));
    }
    selection.folders().forEach(rewards::read);
    List<RewardModel> models = rewards.all();
    Optional<String> notRead = classifier.reason();
    if (models.isEmpty()) {
      throw new RewardModelException(
          notRead.orElse("%s: %s: %s".formatted(path, decoder(checkpoint), selection.missing())));
    }
    notRead.ifPresent(notices);
    return models;
  }

  /** Says of a model without a head what it is. */
  private static String decoder(Checkpoint checkpoint) {
    return checkpoint.config().architecture() + " without a reward head";
  }

  private EngineOptions engineOptions(List<RewardModel> models) {
    RewardOptions.Running running = options.running();
    // A reading that passes over padding needs the read-outs of the prompt.
    boolean padded = models.stream().anyMatch(model -> model.padding().isPresent());
    return new EngineOptions(
        running.numerics(),
        running.device(),
        running.threads(),
        false,
        BackboneRewards.projections(models),
        running.cacheTokens(),
        running.roundTokens(),
        running.openTimeout(),
        running.roundTime(),
        padded ? PrefixSharing.NOBODY : running.prefixes(),
        Optional.empty());
  }
}
