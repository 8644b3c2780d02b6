package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.orchestrator.serving.client.BaseModelClient;
import dev.panda.orchestrator.serving.client.RewardClient;
import dev.panda.orchestrator.serving.client.Timeouts;
import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Sampling;
import dev.panda.orchestrator.testing.ThreeServices;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Answers of real services that are interrupted and go on from their accepted tokens. */
public final class ResumedAnswers {
  private static final int[] INTERRUPTED_AFTER = {1, 7, 30};
  private static final int MAX_TOKENS = 36;

  /** Rewards of float32 arithmetic in another order. */
  private static final double CLOSE = 1e-3;

  private ResumedAnswers() {}

  /** Each method's answer is the same, wherever it is interrupted. */
  public static void assertSame(ThreeServices services, Prompt prompt, String... preferences) {
    Timeouts timeouts = new Timeouts(Duration.ofMinutes(1), Duration.ofMinutes(1));
    try (BaseModelClient base = new BaseModelClient("127.0.0.1:" + services.basePort(), timeouts);
        RewardClient rewards = new RewardClient("127.0.0.1:" + services.rewardPort(), timeouts)) {
      Interruptions responses = new Interruptions(base, List.of(rewards));
      for (DecodingMethod method :
          List.of(
              DecodingMethod.PANDA,
              DecodingMethod.ARGS_GREEDY,
              DecodingMethod.GREEDY,
              DecodingMethod.PANDA_STOCHASTIC)) {
        GenerationRequest request = request(prompt, method, preferences);
        Response whole = responses.whole(request);
        assertThat(whole.tokens()).as("%s", method).hasSizeGreaterThan(30);
        for (int after : INTERRUPTED_AFTER) {
          Response resumed = responses.interrupted(request, after);
          assertThat(resumed.tokenIds())
              .as("%s, interrupted after %s tokens", method, after)
              .isEqualTo(whole.tokenIds());
          assertThat(resumed.text()).isEqualTo(whole.text());
          assertThat(resumed.rewards()).containsExactly(whole.rewards(), within(CLOSE));
        }
      }
    }
  }

  private static GenerationRequest request(
      Prompt prompt, DecodingMethod method, String... preferences) {
    boolean args = method.isArgs();
    return new GenerationRequest(
        prompt,
        method.needsPreferences()
            ? List.of(preferences).stream().map(name -> new NamedWeight(name, 1)).toList()
            : List.of(),
        method,
        List.of(),
        Optional.empty(),
        args ? BaseScore.LOGIT : BaseScore.LOG_PROBABILITY,
        args ? RewardUnit.RAW : RewardUnit.NORMALISED,
        Optional.empty(),
        MAX_TOKENS,
        List.of(),
        17,
        new Sampling(1, 1, 1),
        1,
        false,
        true,
        Optional.of(new Drafting(Optional.empty())));
  }
}
