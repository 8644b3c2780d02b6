package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.orchestrator.serving.port.BaseModel;
import dev.panda.orchestrator.serving.port.PreferenceSource;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.routing.HeldRewards;
import dev.panda.orchestrator.serving.routing.KnownModel;
import dev.panda.orchestrator.serving.routing.PreferenceDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * Responses that are interrupted and go on from their accepted tokens, as on another replica: with
 * a new plan, new streams and a new policy.
 */
public record Interruptions(BaseModel base, List<? extends RewardModels> rewards) {

  /** The response without an interruption. */
  public Response whole(GenerationRequest request) {
    return decoding(request, token -> {}, ResponseState.START).run();
  }

  /** The response that is interrupted after that many tokens, 1 or more, and goes on. */
  public Response interrupted(GenerationRequest request, int after) {
    return decoding(request, token -> {}, stateAfter(request, after)).run();
  }

  ResponseState stateAfter(GenerationRequest request, int tokens) {
    ResponseDecoding decoding =
        decoding(
            request,
            token -> {
              if (token.index() + 1 == tokens) {
                throw new CancellationException("replica: gone");
              }
            },
            ResponseState.START);
    assertThatThrownBy(decoding::run).hasMessage("replica: gone");
    return decoding.state();
  }

  ResponseDecoding decoding(
      GenerationRequest request, Consumer<GeneratedToken> listener, ResponseState from) {
    List<PreferenceSource> sources = new ArrayList<>();
    sources.add(new HeldRewards(new KnownModel(base, Duration.ZERO)));
    sources.addAll(rewards);
    PreferenceDirectory directory = new PreferenceDirectory(sources, Duration.ZERO);
    Plan plan =
        new Planner(base, directory, new Patience(Duration.ofMinutes(1), Duration.ofMinutes(1)))
            .plan(request);
    return new ResponseDecoding(plan, Policies.of(plan).get(0).get(), listener, from);
  }
}
