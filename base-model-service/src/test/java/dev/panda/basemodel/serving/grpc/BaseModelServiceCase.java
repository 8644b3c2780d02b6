package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc.BaseModelServiceBlockingStub;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.basemodel.serving.model.BaseModel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.grpc.runtime.GrpcServer;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The service on a tiny model. No test leaves a sequence open. */
abstract class BaseModelServiceCase {
  @Inject GrpcServer server;
  @Inject BaseModel model;

  ManagedChannel channel;
  BaseModelServiceBlockingStub service;

  @BeforeEach
  void connect() {
    channel = channel(server.getPort());
    service = BaseModelServiceGrpc.newBlockingStub(channel);
  }

  static ManagedChannel channel(int port) {
    return ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void leavesNoSequenceOpen() {
    channel.shutdownNow();
    awaitOpenSequences(0);
  }

  void awaitOpenSequences(int expected) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (model.engine().openSequences() != expected) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  static OpenSequence.Builder open(String text) {
    return OpenSequence.newBuilder().setPrompt(text(text)).setK(10).setMaxTokens(20);
  }

  static Prompt text(String text) {
    return Prompt.newBuilder().setText(text).build();
  }
}
