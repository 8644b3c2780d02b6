package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.panda.answer.ErrorDetails;
import dev.panda.answer.RefusedException;
import dev.panda.transformer.engine.CapacityException;
import dev.panda.transformer.reward.RewardException;
import dev.panda.transformer.reward.RewardTrace;
import dev.panda.transformer.testing.TinyModels;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class StatusesTest {

  @Test
  void nameThisService() {
    StatusRuntimeException status =
        Statuses.of(RefusedException.field("open.max_candidates", 0, "1 to 256"));

    assertThat(details(status).domain()).isEqualTo("reward.panda.dev");
    assertThat(details(status).reason()).isEqualTo("FIELD_INVALID");
  }

  @Test
  void namePreferenceAndStepOfARewardThatIsNotFinite() {
    StatusRuntimeException status = Statuses.of(new CompletionException(notFinite()));

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getStatus().getDescription())
        .isEqualTo("preference kindness, step 2: reward: NaN (expected: finite)");
    assertThat(details(status).reason()).isEqualTo("REWARD_NOT_FINITE");
    assertThat(details(status).domain()).isEqualTo("reward.panda.dev");
    assertThat(details(status).metadata())
        .containsEntry("preference", "kindness")
        .containsEntry("step", "2");
  }

  /** As a reward model fails whose third token's read-out is not a number. */
  private static RewardException notFinite() {
    RewardTrace trace = new RewardTrace(TinyModels.plain("kindness"));
    trace.accept(1);
    trace.accept(1);
    return catchThrowableOfType(RewardException.class, () -> trace.accept(Float.NaN));
  }

  @Test
  void sayWhenThereMayBeRoom() {
    StatusRuntimeException status =
        Statuses.of(new CapacityException("room: none", Duration.ofMillis(1500)));

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getStatus().getDescription()).isEqualTo("room: none");
    assertThat(details(status).reason()).isEqualTo("NO_CACHE_ROOM");
    assertThat(details(status).metadata()).containsEntry("retryAfter", "PT1.5S");
    assertThat(ErrorDetails.of(status).retryDelay()).contains(Duration.ofMillis(1500));
  }

  @Test
  void leadElsewhereWhileTheServiceStops() {
    StatusRuntimeException status = Statuses.of(new CancellationException());

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(details(status).reason()).isEqualTo("STOPPING");
  }

  private static ErrorDetails details(StatusRuntimeException status) {
    return ErrorDetails.of(status);
  }
}
