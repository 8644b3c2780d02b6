package dev.panda.orchestrator.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.testing.BytesMarshaller;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Small messages that grow a thousandfold when they are unpacked and read. */
@Attack
class GzipIT {
  private static final byte[] EMPTY = {};
  private static final Set<Status.Code> REFUSED =
      Set.of(
          Status.Code.INVALID_ARGUMENT, Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNIMPLEMENTED);

  /** No message has such a field. */
  private static final int UNKNOWN = 15;

  private final AttackedPanda panda;

  GzipIT(AttackedPanda panda) {
    this.panda = panda;
  }

  /** What is sent to a method, packed. */
  private record Message(MethodDescriptor<?, ?> method, List<byte[]> messages) {}

  @Test
  void zeros() throws Exception {
    byte[] zeros = Messages.gzip(new byte[1 << 20], 400);
    for (Service service : List.of(panda.orchestrator(), panda.base(), panda.kind())) {
      attack(
          service, "400 MB of zeros", REFUSED, new Message(large(service), List.of(zeros, zeros)));
    }
  }

  @Test
  void elements() throws Exception {
    attack(
        panda.orchestrator(),
        "100 x 2 million elements",
        REFUSED,
        elements(GenerationServiceGrpc.getGenerateMethod(), 2, 1));
    attack(
        panda.base(),
        "100 x 2 million elements",
        REFUSED,
        elements(BaseModelServiceGrpc.getRenderChatMethod(), 1, 1));
    attack(
        panda.kind(),
        "100 x 2 million elements",
        REFUSED,
        elements(RewardServiceGrpc.getScoreSequencesMethod(), 2));
  }

  /** Methods that are not Panda's own. */
  @Test
  void healthAndReflection() throws Exception {
    byte[] message = Messages.gzip(Messages.emptyElements(UNKNOWN), 15);
    List<byte[]> messages = Collections.nCopies(4, message);
    for (Service service : List.of(panda.orchestrator(), panda.base(), panda.kind())) {
      attack(
          service,
          "health and reflection",
          REFUSED,
          new Message(method("grpc.health.v1.Health/Check", MethodType.UNARY), messages),
          new Message(
              method(
                  "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                  MethodType.BIDI_STREAMING),
              messages));
    }
  }

  private static Message elements(MethodDescriptor<?, ?> method, int... fields) throws IOException {
    byte[] message = Messages.gzip(Messages.emptyElements(fields), 1);
    return new Message(method, Collections.nCopies(100, message));
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return MethodDescriptor.newBuilder(new BytesMarshaller(), new BytesMarshaller())
        .setFullMethodName(name)
        .setType(type)
        .build();
  }

  private MethodDescriptor<?, ?> large(Service service) {
    if (service == panda.orchestrator()) {
      return GenerationServiceGrpc.getGenerateMethod();
    }
    return service == panda.base()
        ? BaseModelServiceGrpc.getDecodeMethod()
        : RewardServiceGrpc.getScoreMethod();
  }

  private MethodDescriptor<?, ?> small(Service service) {
    if (service == panda.orchestrator()) {
      return GenerationServiceGrpc.getListPreferencesMethod();
    }
    return service == panda.base()
        ? BaseModelServiceGrpc.getGetModelMethod()
        : RewardServiceGrpc.getListPreferencesMethod();
  }

  private void attack(Service service, String name, Set<Status.Code> refused, Message... attacks)
      throws Exception {
    Bystander bystander = Bystander.of(service.connect(), small(service), EMPTY);
    CallOptions gzip = CallOptions.DEFAULT.withCompression("gzip");
    ManagedChannel client = packed(service.port());
    List<Outcome> outcomes =
        Call.outcomes(
            Stream.of(attacks)
                .flatMap(
                    attack ->
                        attack.messages().stream()
                            .map(message -> Call.start(client, attack.method(), gzip, message)))
                .toList());
    client.shutdownNow();
    List<Outcome> served = bystander.outcomes();

    Figures.write(
        "gzip, " + name,
        "%s: %s; slowest %.1f s; meanwhile %s, slowest %.1f s",
        small(service).getServiceName(),
        Outcome.count(outcomes),
        Outcome.slowest(outcomes),
        Outcome.count(served),
        Outcome.slowest(served));
    Outcome.assertAll(outcomes, outcome -> outcome.isOk() || refused.contains(outcome.code()));
    Outcome.assertAll(served, Outcome::isOk);
    assertThat(Outcome.slowest(served)).isLessThan(5);
    assertThat(service.process().output()).doesNotContain("OutOfMemoryError");
  }

  /** A connection that says "gzip" of messages that are packed already. */
  private static ManagedChannel packed(int port) {
    CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
    compressors.register(
        new Compressor() {
          @Override
          public String getMessageEncoding() {
            return new Codec.Gzip().getMessageEncoding();
          }

          @Override
          public OutputStream compress(OutputStream bytes) {
            return bytes;
          }
        });
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .usePlaintext()
        .compressorRegistry(compressors)
        .build();
  }
}
