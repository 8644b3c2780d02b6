package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.unaligned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that do not read, or hardly, do not keep others out for long. */
@Attack
class UnreadIT {
  private static final int CLIENTS = 64;
  private static final int TRICKLE_SECONDS = 10;
  private static final int SMALLEST_WINDOW = 65_535;
  private static final int TOKENS = 200;

  private final AttackedPanda panda;
  private final List<ManagedChannel> channels = new ArrayList<>();

  UnreadIT(AttackedPanda panda) {
    this.panda = panda;
  }

  /**
   * @param trickles whether each client reads a message from time to time
   */
  @Tag("attack-slow")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void othersAreServed(boolean trickles) throws Exception {
    ScheduledExecutorService reads = Executors.newSingleThreadScheduledExecutor();
    for (int i = 0; i < CLIENTS; i++) {
      ClientCall<GenerateRequest, GenerateResponse> call = unread();
      if (trickles) {
        var unused =
            reads.scheduleAtFixedRate(
                () -> call.request(1), TRICKLE_SECONDS, TRICKLE_SECONDS, TimeUnit.SECONDS);
      }
    }
    TimeUnit.SECONDS.sleep(3);
    Recovery recovery = Recovery.of(panda.orchestrator().connect());
    reads.shutdownNow();
    channels.forEach(ManagedChannel::shutdownNow);

    Figures.write(
        "64 clients that do not read",
        "%s: another client: %s after %.1f s",
        trickles ? "one message every 10 s" : "nothing",
        recovery.outcome().code(),
        recovery.time().toMillis() / 1000.0);
    assertThat(recovery.outcome().isOk()).isTrue();
    assertThat(recovery.time()).isLessThan(Duration.ofSeconds(60));
  }

  private ClientCall<GenerateRequest, GenerateResponse> unread() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", panda.orchestrator().port())
            .usePlaintext()
            .flowControlWindow(SMALLEST_WINDOW)
            .build();
    channels.add(channel);
    ClientCall<GenerateRequest, GenerateResponse> call =
        channel.newCall(GenerationServiceGrpc.getGenerateMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.sendMessage(unaligned(TOKENS).toBuilder().setK(256).setAllCandidates(true).build());
    call.halfClose();
    return call;
  }
}
