package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.basemodel.testing.DecodeClient;
import dev.panda.basemodel.testing.TinyModel;
import dev.panda.transformer.testing.CuttableProxy;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who holds room in the cache, and when it is free again. */
@QuarkusTest
@QuarkusTestResource(TinyModel.class)
@Timeout(60)
class SequenceRoomTest extends BaseModelServiceCase {
  @Test
  void refusesOpenWithoutRoomAndTakesItLater() throws InterruptedException {
    ManagedChannel other = channel(server.getPort());
    List<DecodeClient> holders =
        List.of(holder(channel), holder(channel), holder(other), holder(other));
    DecodeClient late = new DecodeClient(channel);
    late.send(DecodeRequest.newBuilder().setOpen(open("a")).build());
    assertThat(late.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

    holders.get(0).cancel();

    assertThat(new DecodeClient(channel).open(open("a")).getCandidateIdsCount()).isEqualTo(10);
    other.shutdownNow();
  }

  /** Takes a quarter of the cache. */
  private static DecodeClient holder(ManagedChannel channel) throws InterruptedException {
    DecodeClient holder = new DecodeClient(channel);
    holder.open(open("a").setMaxTokens(TinyModel.CONTEXT - 1));
    return holder;
  }

  @Test
  void noConnectionLocksOutAnother() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      holder(channel);
    }
    DecodeClient late = new DecodeClient(channel);
    late.send(DecodeRequest.newBuilder().setOpen(open("a")).build());
    assertThat(late.end().getDescription())
        .contains("this client holds 192 of at most 192 (expected: enough room; try again later)");

    ManagedChannel other = channel(server.getPort());
    assertThat(new DecodeClient(other).open(open("a")).getCandidateIdsCount()).isEqualTo(10);
    other.shutdownNow();
  }

  @Test
  void endsStreamsWhoseClientIsSilent() throws InterruptedException {
    DecodeClient silent = new DecodeClient(channel);
    DecodeClient opened = new DecodeClient(channel);
    opened.open(open("a"));
    assertThat(model.engine().openSequences()).isOne();

    assertThat(silent.end().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(opened.end().getCode()).isEqualTo(Status.Code.ABORTED);
    awaitOpenSequences(0);
  }

  @Test
  void freesSequenceOfClientThatCancels() throws InterruptedException {
    DecodeClient stream = new DecodeClient(channel);
    stream.open(open("a"));
    assertThat(model.engine().openSequences()).isOne();

    stream.cancel();

    awaitOpenSequences(0);
  }

  @Test
  void freesSequenceOfClientWhoseConnectionIsLost() throws Exception {
    CuttableProxy proxy = new CuttableProxy(server.getPort());
    ManagedChannel other = channel(proxy.port());
    new DecodeClient(other).open(open("a"));
    assertThat(model.engine().openSequences()).isOne();

    proxy.close();

    awaitOpenSequences(0);
    other.shutdownNow();
  }

  /** Only the service knows of the deadline; a client that does, too, sees DEADLINE_EXCEEDED. */
  @Test
  void endsStreamWhoseDeadlinePasses() throws InterruptedException {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), "300m");
    DecodeClient stream =
        new DecodeClient(
            ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
    stream.send(DecodeRequest.newBuilder().setOpen(open("a")).build());

    assertThat(stream.endAfterAnswers().getCode()).isEqualTo(Status.Code.CANCELLED);
    awaitOpenSequences(0);
  }
}
