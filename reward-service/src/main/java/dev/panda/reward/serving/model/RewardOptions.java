package dev.panda.reward.serving.model;

import dev.panda.reward.serving.config.RewardConfig;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.decoder.AutoNumerics;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Work;
import dev.panda.transformer.engine.PrefixSharing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which reward models to load, and how to run them.
 *
 * @param model the backbone: a name below one of the roots, or the path of a folder or GGUF file
 * @param label the label of a sequence classifier whose score is the reward; empty if it has only
 *     one
 * @param modelRoots folders in which models are looked up by name, in order
 * @param preferences names below {@code rewards} in the backbone's folder in one of the roots, or
 *     paths of folders; empty for all reward models
 * @param judges whether judges are included in "all reward models"
 */
public record RewardOptions(
    String model,
    Optional<String> label,
    List<Path> modelRoots,
    Optional<List<String>> preferences,
    boolean judges,
    Running running) {

  public RewardOptions {
    modelRoots = List.copyOf(modelRoots);
    preferences = preferences.map(List::copyOf);
  }

  RewardOptions withPreferences(List<String> names) {
    return new RewardOptions(model, label, modelRoots, Optional.of(names), judges, running);
  }

  /**
   * How to run the backbone.
   *
   * @param numerics format of the backbone's weights
   * @param device {@code cpu}, {@code cuda} or {@code cuda:1} and so on
   * @param threads number of CPU threads of one operation
   * @param cacheTokens number of tokens that all open sequences may reserve together
   * @param roundTokens largest number of tokens that one forward pass computes
   * @param openTimeout how long an open waits for room in the cache
   * @param roundTime how long a forward pass may take while sequences are scored step by step
   * @param prefixes whose sequences share a common beginning
   */
  public record Running(
      Numerics numerics,
      String device,
      int threads,
      int cacheTokens,
      int roundTokens,
      Duration openTimeout,
      Duration roundTime,
      PrefixSharing prefixes) {

    /** For sequences that share nothing, and passes of any length. */
    public Running(
        Numerics numerics,
        String device,
        int threads,
        int cacheTokens,
        int roundTokens,
        Duration openTimeout) {
      this(
          numerics,
          device,
          threads,
          cacheTokens,
          roundTokens,
          openTimeout,
          Duration.ofDays(1),
          PrefixSharing.NOBODY);
    }

    /** Largest number of tokens of a prompt and its response together. */
    public int contextLength(ModelConfig backbone) {
      return Math.min(backbone.maxPositionEmbeddings(), cacheTokens);
    }
  }

  /**
   * The options from the service's configuration. Judges are served only if they are named: a judge
   * that reads a higher layer would make every step of the guides more expensive.
   *
   * @throws IllegalArgumentException if there is no such numeric format
   */
  static RewardOptions of(RewardConfig config) {
    int threads = config.threads().orElse(Runtime.getRuntime().availableProcessors());
    Numerics numerics =
        new AutoNumerics(config.measurements())
            .resolve(
                config.numerics(),
                new ModelFolders(config.modelRoots()).resolve(config.model()),
                config.device(),
                threads,
                Work.CANDIDATES);
    return new RewardOptions(
        config.model(),
        config.label(),
        config.modelRoots(),
        config.preferences(),
        false,
        new Running(
            numerics,
            config.device(),
            threads,
            config.cacheTokens(),
            config.roundTokens(),
            config.openTimeout(),
            config.roundTime(),
            config.prefixes()));
  }
}
