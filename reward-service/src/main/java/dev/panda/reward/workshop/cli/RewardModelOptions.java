package dev.panda.reward.workshop.cli;

import dev.panda.reward.serving.model.RewardOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of all commands that compute rewards. */
final class RewardModelOptions {
  /** The service's default. */
  private static final int CACHE_TOKENS = 16384;

  private static final int ROUND_TOKENS = 512;

  /** Practically unlimited: no other process waits for room. */
  private static final Duration OPEN_TIMEOUT = Duration.ofDays(1);

  @Mixin private BackboneOptions backbone;

  @Option(
      names = {"-p", "--preference"},
      split = ",",
      paramLabel = "NAME",
      description =
          "A reward model: a name below the model's rewards, or the path of its folder. Can be given several"
              + " times (default: all of the model's reward models except those with weights of their own).")
  private List<String> preferences = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description =
          "If the model is a sequence classifier with several labels: the label whose score, the raw logit, is the"
              + " reward (a name in id2label of its config.json).")
  private String label;

  BackboneOptions backbone() {
    return backbone;
  }

  /**
   * @param path of the backbone
   */
  RewardOptions rewards(Path path) {
    return new RewardOptions(
        path.toString(),
        Optional.ofNullable(label),
        backbone.folders().roots(),
        preferences.isEmpty() ? Optional.empty() : Optional.of(preferences),
        true,
        new RewardOptions.Running(
            backbone.numerics(),
            backbone.device(),
            backbone.threads(),
            CACHE_TOKENS,
            ROUND_TOKENS,
            OPEN_TIMEOUT));
  }
}
