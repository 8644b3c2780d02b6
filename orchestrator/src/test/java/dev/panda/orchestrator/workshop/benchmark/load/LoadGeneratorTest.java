package dev.panda.orchestrator.workshop.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadGeneratorTest {
  private final AtomicInteger ended = new AtomicInteger();

  /** A clock that stands still but for those who wait. */
  private static final class PatientClock implements Clock {
    private final AtomicLong now = new AtomicLong(1_000);

    @Override
    public long nanos() {
      return now.get();
    }

    @Override
    public void waitUntil(long nanos) {
      now.set(nanos);
    }
  }

  private Run run(FakeContender contender, Load load, Extent extent) {
    return new LoadGenerator(new PatientClock(), ended::incrementAndGet)
        .run(contender, load, extent, () -> FakeContender.PROMPT);
  }

  @Test
  void aClosedLoopNeverExceedsItsConcurrency() {
    FakeContender contender = new FakeContender();

    Run run = run(contender, new ClosedLoop(3), Extent.ofRequests(500));

    assertThat(contender.most()).isBetween(1, 3);
    assertThat(run.requests()).hasSize(500);
    assertThat(run.whole()).isTrue();
    assertThat(ended).hasValue(500);
  }

  @Test
  void aClosedLoopKeepsAllItsStreamsBusy() {
    CountDownLatch together = new CountDownLatch(4);
    FakeContender contender =
        new FakeContender() {
          @Override
          void meanwhile() {
            together.countDown();
            awaitUninterrupted(together);
          }
        };

    run(contender, new ClosedLoop(4), Extent.ofRequests(4));

    assertThat(contender.most()).isEqualTo(4);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anOpenLoopDoesNotWaitForAnswers() {
    CountDownLatch together = new CountDownLatch(10);
    FakeContender contender =
        new FakeContender() {
          @Override
          void meanwhile() {
            together.countDown();
            awaitUninterrupted(together);
          }
        };

    Run run = run(contender, new OpenLoop(2, 1), Extent.ofRequests(10));

    assertThat(contender.most()).isEqualTo(10);
    Arrivals arrivals = new Arrivals(2, 1);
    assertThat(run.requests())
        .extracting(Measured::due)
        .allSatisfy(due -> assertThat(due).isEqualTo(arrivals.next()));
  }

  @Test
  void anOpenLoopEndsWithItsDuration() {
    Run run =
        run(new FakeContender(), new OpenLoop(10, 1), Extent.ofDuration(Duration.ofSeconds(60)));

    assertThat(run.requests()).hasSizeBetween(500, 700);
    assertThat(run.requests().get(run.requests().size() - 1).due()).isLessThan(60_000_000_000L);
  }

  @Test
  void anInterruptedRunKeepsWhatHadEnded() {
    Thread runner = Thread.currentThread();
    FakeContender contender =
        new FakeContender() {
          @Override
          void meanwhile() {
            if (asked() > 2) {
              runner.interrupt();
              awaitUninterrupted(new CountDownLatch(1));
            }
          }
        };

    Run run = run(contender, new ClosedLoop(1), Extent.ofRequests(100));

    assertThat(run.whole()).isFalse();
    assertThat(run.requests()).hasSize(2);
    assertThat(Thread.interrupted()).isFalse();
  }
}
