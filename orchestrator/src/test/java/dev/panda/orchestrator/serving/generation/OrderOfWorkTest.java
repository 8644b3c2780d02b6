package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Sampling;
import dev.panda.orchestrator.serving.port.BaseModel;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.RewardStream;
import dev.panda.orchestrator.testing.InMemoryBaseModel;
import dev.panda.orchestrator.testing.InMemoryRewards;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a response asks of the models, and when. */
class OrderOfWorkTest {
  private final List<String> events = new ArrayList<>();

  private List<String> eventsOf(DecodingMethod method) {
    GenerationRequest request =
        new GenerationRequest(
            new Prompt.Text("Why?"),
            method.needsPreferences() ? List.of(new NamedWeight("last", 1)) : List.of(),
            method,
            List.of(),
            Optional.empty(),
            BaseScore.LOG_PROBABILITY,
            RewardUnit.NORMALISED,
            Optional.of(4),
            2,
            List.of(),
            7,
            new Sampling(1, 1, 1),
            1,
            false,
            false,
            Optional.of(new Drafting(Optional.empty())));
    BaseModel base = noted(BaseModel.class, new InMemoryBaseModel(-9), "base");
    RewardModels rewards = noted(RewardModels.class, new InMemoryRewards(), "rewards");
    new Generator(base, List.of(rewards), 1, new Patience(Duration.ZERO, Duration.ZERO))
        .generate(request, token -> events.add("token " + token.index()), Runnable::run);
    return events;
  }

  /** A model whose streams note what they are asked. */
  private <T> T noted(Class<T> port, Object model, String name) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (model instanceof AutoCloseable) {
                events.add(name + " " + method.getName());
              }
              Object answer = method.invoke(model, arguments);
              return answer instanceof CandidateStream
                  ? noted(CandidateStream.class, answer, name)
                  : answer instanceof RewardStream
                      ? noted(RewardStream.class, answer, name)
                      : answer;
            }));
  }

  @Test
  void allModelsComputeThePromptAtTheSameTime() {
    assertThat(eventsOf(DecodingMethod.PANDA))
        .startsWith(
            "base awaitOpened",
            "rewards awaitOpened",
            "base candidates",
            "base foresee",
            "rewards ask");
  }

  @Test
  void theBaseModelComputesTheNextStepWhileTheClientReads() {
    assertThat(eventsOf(DecodingMethod.GREEDY))
        .containsExactly(
            "base awaitOpened",
            "base candidates",
            "base accept",
            "token 0",
            "base candidates",
            "token 1",
            "base close");
  }
}
