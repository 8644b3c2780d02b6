package dev.panda.orchestrator.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Small messages that grow a thousandfold when they are unpacked. */
@ExtendWith(AttackedPanda.Shared.class)
class GzipIT {
  private static final int MEGABYTE = 1 << 20;
  private static final byte[] EMPTY = {};
  private static final Set<Status.Code> REFUSED =
      Set.of(
          Status.Code.INVALID_ARGUMENT, Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNIMPLEMENTED);

  private final AttackedPanda panda;

  GzipIT(AttackedPanda panda) {
    this.panda = panda;
  }

  @Test
  void areRefusedBeforeTheyGrow() throws Exception {
    assertRefused(
        panda.orchestrator(),
        GenerationServiceGrpc.getGenerateMethod(),
        GenerationServiceGrpc.getListPreferencesMethod());
    assertRefused(
        panda.base(),
        BaseModelServiceGrpc.getDecodeMethod(),
        BaseModelServiceGrpc.getGetModelMethod());
    assertRefused(
        panda.kind(),
        RewardServiceGrpc.getScoreMethod(),
        RewardServiceGrpc.getListPreferencesMethod());
  }

  private static void assertRefused(
      Service service, MethodDescriptor<?, ?> method, MethodDescriptor<?, ?> small)
      throws Exception {
    Bystander bystander = Bystander.of(service.connect(), small, EMPTY);
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    CallOptions gzip = CallOptions.DEFAULT.withCompression("gzip");
    Channel client = packed(service.port());
    for (int megabytes : new int[] {8, 100, 100, 100, 400, 400}) {
      calls.add(Call.start(client, method, gzip, zeros(megabytes)));
    }
    List<Outcome> outcomes = Call.outcomes(calls);
    ((ManagedChannel) client).shutdownNow();
    List<Outcome> served = bystander.outcomes();

    Figures.write(
        "gzip of 8 to 400 MB",
        "%s: %s; slowest %.1f s; meanwhile %s, slowest %.1f s",
        method.getServiceName(),
        Outcome.count(outcomes),
        Outcome.slowest(outcomes),
        Outcome.count(served),
        Outcome.slowest(served));
    Outcome.assertAll(outcomes, outcome -> REFUSED.contains(outcome.code()));
    Outcome.assertAll(served, Outcome::isOk);
    assertThat(Outcome.slowest(served)).isLessThan(5);
    assertThat(service.process().output()).doesNotContain("OutOfMemoryError");
  }

  private static byte[] zeros(int megabytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      byte[] zeros = new byte[MEGABYTE];
      for (int i = 0; i < megabytes; i++) {
        gzip.write(zeros);
      }
    }
    return bytes.toByteArray();
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
