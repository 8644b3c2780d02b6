package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.ErrorDetails;
import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Sampling;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.testing.InMemoryBaseModel;
import dev.panda.orchestrator.testing.InMemoryRewards;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many responses run at a time. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SiblingsTest {
  private static final int AT_FIRST = 8;

  /** One has room at first, one goes on alone, and the others meet in pairs. */
  private static final int RESPONSES = 2 + 2 * 5;

  private static final double NEVER = -99;

  private final AtomicInteger opens = new AtomicInteger();

  /** Where two siblings meet, which only siblings that run at the same time can. */
  private final CyclicBarrier meeting = new CyclicBarrier(2);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  @Test
  void growInNumberAgainOnceThereIsRoom() {
    GenerationRequest request =
        new GenerationRequest(
            new Prompt.Text("Why?"),
            List.of(new NamedWeight("last", 1)),
            DecodingMethod.BEST_OF_N,
            List.of(),
            Optional.empty(),
            BaseScore.LOG_PROBABILITY,
            RewardUnit.NORMALISED,
            Optional.of(4),
            2,
            List.of(),
            7,
            new Sampling(1, 1, RESPONSES),
            1,
            false,
            true,
            Optional.of(new Drafting(Optional.empty())));
    Patience none = new Patience(Duration.ZERO, Duration.ZERO);

    Outcome outcome =
        new Generator(new CrowdedBaseModel(), List.of(new InMemoryRewards()), 1, none)
            .generate(request, token -> {}, threads);

    assertThat(outcome.work().tokens()).isEqualTo(2 * RESPONSES);
  }

  /** Has room for one of the first siblings, and for all that come later. */
  private final class CrowdedBaseModel extends InMemoryBaseModel {
    CrowdedBaseModel() {
      super(NEVER);
    }

    @Override
    public CandidateStream open(CandidateRequest request) {
      int open = opens.incrementAndGet();
      if (open > 1 && open <= AT_FIRST) {
        throw new ServiceException(
            "base", ServiceException.Kind.NO_ROOM, "full", ErrorDetails.NONE, null);
      }
      if (open > AT_FIRST + 1) {
        meet();
      }
      return super.open(request);
    }
  }

  private void meet() {
    try {
      meeting.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("no other sibling runs (expected: one more, as there is room)", e);
    }
  }
}
