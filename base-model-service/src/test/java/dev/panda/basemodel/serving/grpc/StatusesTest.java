package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.panda.transformer.grpc.RefusedException;
import io.grpc.protobuf.StatusProto;
import org.junit.jupiter.api.Test;

class StatusesTest {

  @Test
  void nameThisService() throws InvalidProtocolBufferException {
    var status = Statuses.MAPPING.of(RefusedException.field("open.k", 0, "1 to 256"));

    ErrorInfo info = StatusProto.fromThrowable(status).getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getDomain()).isEqualTo("basemodel.panda.dev");
    assertThat(info.getReason()).isEqualTo("FIELD_INVALID");
  }
}
