package dev.panda.orchestrator.workshop.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

import dev.panda.orchestrator.workshop.benchmark.contender.Answer;
import dev.panda.orchestrator.workshop.benchmark.contender.Contender;
import dev.panda.orchestrator.workshop.benchmark.contender.Prompt;
import dev.panda.orchestrator.workshop.benchmark.contender.Prompts;
import dev.panda.orchestrator.workshop.benchmark.contender.RequestException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final Setting SETTING =
      new Setting(new ClosedLoop(1), OptionalInt.empty(), 1, Extent.ofRequests(2));

  private static Sweep sweep(List<Contender> contenders) {
    Prompts prompts = new Prompts("Once upon a time", Optional.empty(), false, 1);
    return new Sweep(contenders, prompts, new LoadGenerator(() -> {}));
  }

  /** Fails every request. */
  private record Failing(boolean refused) implements Contender {
    @Override
    public String name() {
      return "failing";
    }

    @Override
    public Answer ask(Prompt prompt, Runnable onToken) {
      throw new RequestException("no luck", refused, new IllegalStateException("no luck at all"));
    }
  }

  @Test
  void contendersAlternateAfterTheirWarmUp() {
    List<String> order = new CopyOnWriteArrayList<>();

    Sweep.Point point =
        sweep(List.of(new FakeContender("a", order), new FakeContender("b", order)))
            .measure(SETTING, 2);

    assertThat(String.join("", order)).isEqualTo("ab" + "aabb" + "aabb");
    assertThat(point.whole()).isTrue();
    assertThat(point.results()).extracting(Result::contender).containsExactly("a", "b");
    assertThat(point.results())
        .allSatisfy(
            result -> {
              assertThat(result.runs()).hasSize(2);
              assertThat(result.done()).isEqualTo(4);
              assertThat(result.firstToken().count()).isEqualTo(4);
              assertThat(result.betweenTokens().count()).isEqualTo(4);
            });
  }

  @Test
  void aFailureToWarmUpEndsTheSweep() {
    assertThatIllegalStateException()
        .isThrownBy(() -> sweep(List.of(new Failing(false))).measure(SETTING, 1))
        .withMessage("no luck at all");
  }

  @Test
  void refusalsAreCounted() {
    Result result = sweep(List.of(new Failing(true))).measure(SETTING, 1).results().get(0);

    assertThat(result.failed()).containsOnly(entry("no luck", 2L));
    assertThat(result.refused()).isEqualTo(2);
    assertThat(result.done()).isZero();
    assertThat(result.whole().count()).isZero();
  }
}
