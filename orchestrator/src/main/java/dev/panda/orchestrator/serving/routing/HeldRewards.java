package dev.panda.orchestrator.serving.routing;

import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.port.Ahead;
import dev.panda.orchestrator.serving.port.BaseModelDescription;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.Guidance;
import dev.panda.orchestrator.serving.port.PreferenceSource;
import dev.panda.orchestrator.serving.port.RewardDescription;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The reward models that the base model's service holds. They guide a response inside the model's
 * own pass, so there is no stream of theirs to open.
 */
public final class HeldRewards implements PreferenceSource {
  private final KnownModel model;

  public HeldRewards(KnownModel model) {
    this.model = model;
  }

  @Override
  public CompletableFuture<RewardDescription> describe() {
    return model.current().thenApply(HeldRewards::description);
  }

  private static RewardDescription description(BaseModelDescription model) {
    return new RewardDescription(
        model.id(),
        model.tokenizerFingerprint(),
        model.contextLength(),
        model.maxCandidates(),
        model.maxPreferences(),
        Integer.MAX_VALUE,
        model.preferences());
  }

  @Override
  public double[] scoreSequences(
      int[] prompt, List<int[]> responses, List<String> preferences, RewardUnit unit) {
    int vocabularySize = model.describe().vocabularySize();
    double[] rewards = new double[responses.size() * preferences.size()];
    for (int i = 0; i < responses.size(); i++) {
      CandidateRequest whole =
          new CandidateRequest(
              prompt,
              responses.get(i),
              1,
              Math.max(1, responses.get(i).length),
              false,
              vocabularySize,
              false,
              Optional.of(new Guidance(preferences, unit, false)),
              0,
              Ahead.NOTHING);
      double[] told = ofResponse(whole);
      System.arraycopy(told, 0, rewards, i * told.length, told.length);
    }
    return rewards;
  }

  /** The rewards of a response that is accepted as a whole [preference]. */
  private double[] ofResponse(CandidateRequest whole) {
    try (CandidateStream stream = model.open(whole)) {
      stream.awaitOpened();
      return stream.candidates().rewards().orElseThrow().response();
    }
  }
}
