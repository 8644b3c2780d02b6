package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.answer.ErrorDetails;
import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Sampling;
import dev.panda.orchestrator.serving.port.BaseModel;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.RewardStream;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.testing.InMemoryBaseModel;
import dev.panda.orchestrator.testing.InMemoryRewards;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Responses whose streams end in the middle because they were idle for too long. */
class IdleStreamsTest {
  private final InMemoryBaseModel base = new InMemoryBaseModel(-4);
  private final InMemoryRewards rewards = new InMemoryRewards();
  private final Random random = new Random(5);
  private ServiceException.Kind end = ServiceException.Kind.IDLE;
  private double chance = 0.2;
  private Optional<String> draft = Optional.empty();

  @ParameterizedTest
  @EnumSource(value = DecodingMethod.class, names = "BEST_OF_N", mode = Mode.EXCLUDE)
  void goOnInOthersAndEndTheSame(DecodingMethod method) {
    Response whole = new Interruptions(base, List.of(rewards)).whole(request(method));

    for (int i = 0; i < 20; i++) {
      Response response = interrupted(method);

      assertThat(response.tokenIds()).isEqualTo(whole.tokenIds());
      assertThat(response.text()).isEqualTo(whole.text());
      assertThat(response.rewards()).isEqualTo(whole.rewards());
    }
    assertThat(base.opened()).hasSizeGreaterThan(2 * 20);
    assertThat(base.open()).isZero();
    assertThat(rewards.open()).isZero();
  }

  @Test
  void goOnBehindTheTokensOfADraft() {
    Response whole =
        new Interruptions(base, List.of(rewards)).whole(request(DecodingMethod.GREEDY));
    draft = Optional.of(InMemoryBaseModel.text(whole.tokenIds()));
    int drafted = 0;

    for (int i = 0; i < 40; i++) {
      Response response = interrupted(DecodingMethod.GREEDY);

      assertThat(response.tokenIds()).isEqualTo(whole.tokenIds());
      drafted += response.work().draftedTokens();
    }
    assertThat(drafted).isPositive();
    assertThat(base.opened()).hasSizeGreaterThan(2 * 20);
    assertThat(base.open()).isZero();
  }

  @Test
  void failIfTheyEndForAnotherReason() {
    end = ServiceException.Kind.FAILED;

    assertThatThrownBy(() -> interrupted(DecodingMethod.PANDA))
        .isInstanceOf(ServiceException.class);
    assertThat(base.opened()).hasSize(1);
    assertThat(base.open()).isZero();
  }

  @Test
  void failIfTheNextOneEndsAtOnce() {
    chance = 1;

    assertThatThrownBy(() -> interrupted(DecodingMethod.PANDA))
        .isInstanceOf(ServiceException.class);
    assertThat(base.open()).isZero();
  }

  private Response interrupted(DecodingMethod method) {
    return new Interruptions(
            interrupted(BaseModel.class, base), List.of(interrupted(RewardModels.class, rewards)))
        .whole(request(method));
  }

  /** A model whose streams end at random. A stream that has ended fails for good. */
  private <T> T interrupted(Class<T> port, Object model) {
    boolean[] over = new boolean[2]; // ended; has answered
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (List.of("candidates", "rewards", "accept", "ask", "foresee")
                  .contains(method.getName())) {
                boolean answers = method.getReturnType() != void.class;
                over[0] |= (over[1] || chance == 1) && random.nextDouble() < chance;
                over[1] |= answers;
                if (over[0]) {
                  throw new ServiceException("fake", end, "over", ErrorDetails.NONE, null);
                }
              }
              Object answer = call(method, model, arguments);
              return answer instanceof CandidateStream
                  ? interrupted(CandidateStream.class, answer)
                  : answer instanceof RewardStream
                      ? interrupted(RewardStream.class, answer)
                      : answer;
            }));
  }

  private static Object call(Method method, Object model, Object... arguments) throws Throwable {
    try {
      return method.invoke(model, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private GenerationRequest request(DecodingMethod method) {
    return new GenerationRequest(
        new Prompt.Text("Why?"),
        method.needsPreferences()
            ? List.of(new NamedWeight("mean", 1), new NamedWeight("estimated", 0.5))
            : List.of(),
        method,
        List.of(),
        Optional.empty(),
        method.isArgs() ? BaseScore.LOGIT : BaseScore.LOG_PROBABILITY,
        method.isArgs() ? RewardUnit.RAW : RewardUnit.NORMALISED,
        Optional.of(6),
        30,
        List.of(),
        11,
        new Sampling(1, 1, 1),
        1,
        false,
        true,
        Optional.of(new Drafting(draft)));
  }
}
