package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.unaligned;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;

/**
 * A client, with a connection of its own, that asks for more than the connection buffers and does
 * not read it.
 */
record Unread(ManagedChannel channel, ClientCall<GenerateRequest, GenerateResponse> call)
    implements AutoCloseable {
  private static final int SMALLEST_WINDOW = 65_535;
  private static final int TOKENS = 200;

  /** Asks an orchestrator. */
  static Unread of(Service orchestrator) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", orchestrator.port())
            .usePlaintext()
            .flowControlWindow(SMALLEST_WINDOW)
            .build();
    ClientCall<GenerateRequest, GenerateResponse> call =
        channel.newCall(GenerationServiceGrpc.getGenerateMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.sendMessage(unaligned(TOKENS).toBuilder().setK(256).setAllCandidates(true).build());
    call.halfClose();
    return new Unread(channel, call);
  }

  /** Reads one message. */
  void read() {
    call.request(1);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
