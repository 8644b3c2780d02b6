package dev.panda.orchestrator.serving.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.orchestrator.testing.SilentCalls;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private long now;
  private final SilentCalls service = new SilentCalls();
  private final Breaker breaker = new Breaker(PATIENCE, () -> now);
  private final List<Status> ends = new ArrayList<>();

  @Test
  void refusesCallsOnceOneRanOutOfTimeInSilence() {
    call();
    pass(PATIENCE);
    service.calls().get(0).passDeadline();

    call();

    assertThat(service.calls()).hasSize(1);
    assertThat(ends.get(1).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(ends.get(1).getDescription())
        .isEqualTo("silent (expected: an answer within 5 s); it is asked again every 2 s");
  }

  @Test
  void refusesCallsOnceAStreamRanOutOfTimeInSilence() {
    ClientCall<?, ?> stream = call();
    pass(PATIENCE);
    stream.cancel("not answered in time", new TimeoutException());

    call();

    assertThat(service.calls()).hasSize(1);
  }

  @Test
  void aServiceThatAnswersOtherCallsIsNotSilent() {
    call();
    call();
    pass(PATIENCE);
    service.calls().get(1).answer();
    service.calls().get(0).passDeadline();

    call();

    assertThat(service.calls()).hasSize(3);
  }

  @Test
  void aClientThatLeavesNoTimeSaysNothingOfTheService() {
    pass(PATIENCE);
    call();
    service.calls().get(0).passDeadline();

    call();

    assertThat(service.calls()).hasSize(2);
  }

  @Test
  void aClientThatGoesAwaySaysNothingOfTheService() {
    ClientCall<?, ?> stream = call();
    pass(PATIENCE);
    stream.cancel("not needed any more", null);

    call();

    assertThat(service.calls()).hasSize(2);
  }

  @Test
  void letsOneCallThroughAfterEachPause() {
    fallSilent();
    pass(PAUSE);

    call();
    call();
    assertThat(service.calls()).hasSize(2);

    pass(PAUSE);
    call();
    assertThat(service.calls()).hasSize(3);
  }

  @Test
  void theFirstWordEndsTheSilence() {
    fallSilent();
    pass(PAUSE);
    call();
    service.calls().get(1).answer();

    call();
    call();

    assertThat(service.calls()).hasSize(4);
  }

  private void fallSilent() {
    call();
    pass(PATIENCE);
    service.calls().get(0).passDeadline();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private ClientCall<?, ?> call() {
    ClientCall<?, ?> call =
        ClientInterceptors.intercept(service, breaker)
            .newCall(BaseModelServiceGrpc.getGetModelMethod(), CallOptions.DEFAULT);
    call.start(new Ends<>(ends), new Metadata());
    return call;
  }

  /** Notes how calls end. */
  private static final class Ends<A> extends ClientCall.Listener<A> {
    private final List<Status> ends;

    Ends(List<Status> ends) {
      this.ends = ends;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ends.add(status);
    }
  }
}
