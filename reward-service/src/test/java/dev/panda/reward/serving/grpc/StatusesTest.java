package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.panda.reward.serving.head.RewardException;
import dev.panda.reward.serving.head.RewardTrace;
import dev.panda.reward.testing.TinyModels;
import dev.panda.transformer.grpc.RefusedException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class StatusesTest {

  @Test
  void nameThisService() throws InvalidProtocolBufferException {
    StatusRuntimeException status =
        Statuses.MAPPING.of(RefusedException.field("open.max_candidates", 0, "1 to 256"));

    assertThat(info(status).getDomain()).isEqualTo("reward.panda.dev");
    assertThat(info(status).getReason()).isEqualTo("FIELD_INVALID");
  }

  @Test
  void namePreferenceAndStepOfARewardThatIsNotFinite() throws InvalidProtocolBufferException {
    StatusRuntimeException status = Statuses.MAPPING.of(new CompletionException(notFinite()));

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getStatus().getDescription())
        .isEqualTo("preference kindness, step 2: reward: NaN (expected: finite)");
    assertThat(info(status).getReason()).isEqualTo("REWARD_NOT_FINITE");
    assertThat(info(status).getDomain()).isEqualTo("reward.panda.dev");
    assertThat(info(status).getMetadataMap())
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

  private static ErrorInfo info(StatusRuntimeException status)
      throws InvalidProtocolBufferException {
    return StatusProto.fromThrowable(status).getDetails(0).unpack(ErrorInfo.class);
  }
}
