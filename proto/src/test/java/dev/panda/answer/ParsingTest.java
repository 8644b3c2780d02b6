package dev.panda.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ParsingTest {
  private static final int HALF = 1 << 20;

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Parsing parsing = new Parsing("characters", waiting::add);
  private final AtomicInteger begun = new AtomicInteger();

  @Test
  void refusesMoreCharactersThanMayWait() {
    CompletableFuture<Integer> first = run(HALF);
    CompletableFuture<Integer> second = run(HALF);
    CompletableFuture<Integer> third = run(1);

    assertThat(refusal(third).reason()).isEqualTo(Reason.TOO_MANY_PROMPTS);
    assertThat(refusal(third))
        .hasMessage(
            "waiting prompts: 2097152 characters (expected: at most 2097152 with this one)");
    waiting.remove().run();
    assertThat(first).isCompletedWithValue(1);
    assertThat(run(HALF)).isNotDone();
    assertThat(second).isNotDone();
  }

  @Test
  void countsAShortTextForSomething() {
    for (int i = 0; i < 1024; i++) {
      assertThat(run(1)).isNotDone();
    }
    assertThat(refusal(run(1)).reason()).isEqualTo(Reason.TOO_MANY_PROMPTS);
  }

  @Test
  void takesATextLongerThanAllTogetherAlone() {
    assertThat(run(4 * HALF)).isNotDone();
    assertThat(run(1)).isCompletedExceptionally();
  }

  @Test
  void beginsNothingThatWasCancelledAndFreesItsPlace() {
    for (int i = 0; i < 3; i++) {
      run(2 * HALF).cancel(false);
      waiting.remove().run();
    }
    assertThat(begun).hasValue(0);
  }

  @Test
  void handsFailuresOnAndFreesTheirPlaces() {
    RefusedException tooLong = RefusedException.field("prompt", 1, "0");
    for (int i = 0; i < 3; i++) {
      CompletableFuture<Integer> failed =
          parsing.run(
              () -> 2 * HALF,
              () -> {
                throw tooLong;
              });
      waiting.remove().run();
      assertThat(refusal(failed)).isSameAs(tooLong);
    }
    assertThat(
            refusal(
                parsing.run(
                    () -> {
                      throw tooLong;
                    },
                    begun::incrementAndGet)))
        .isSameAs(tooLong);
    assertThat(waiting).isEmpty();
  }

  @Test
  void aThreadThatCannotStartFreesThePlace() {
    OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
    Parsing full =
        new Parsing(
            "characters",
            task -> {
              throw noThread;
            });
    for (int i = 0; i < 3; i++) {
      CompletableFuture<Integer> failed = full.run(() -> 2 * HALF, begun::incrementAndGet);
      assertThat(failed.handle((value, failure) -> failure).join()).isSameAs(noThread);
    }
  }

  @Test
  void runsTwoAtATime() throws InterruptedException {
    Parsing two = new Parsing("characters");
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    List<CompletableFuture<Boolean>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      results.add(
          two.run(
              () -> 1,
              () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                both.countDown();
                boolean released = await(release);
                running.decrementAndGet();
                return released;
              }));
    }
    assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
    release.countDown();
    assertThat(results).allSatisfy(result -> assertThat(result.join()).isTrue());
    assertThat(most).hasValue(2);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  private CompletableFuture<Integer> run(int characters) {
    return parsing.run(() -> characters, begun::incrementAndGet);
  }

  private static RefusedException refusal(CompletableFuture<?> refused) {
    return (RefusedException) refused.handle((value, failure) -> failure).join();
  }
}
