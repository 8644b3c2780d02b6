package dev.panda.orchestrator;

import static dev.panda.orchestrator.testing.TinyPanda.greedy;
import static dev.panda.orchestrator.testing.TinyPanda.named;
import static dev.panda.orchestrator.testing.TinyPanda.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.orchestrator.testing.ServiceProcess;
import dev.panda.orchestrator.testing.TinyPanda;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Services that are away, hang or cannot start, and clients that go away. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(TinyPanda.Shared.class)
class OutagesIT {
  private final TinyPanda panda;

  OutagesIT(TinyPanda panda) {
    this.panda = panda;
  }

  @Test
  void serviceThatIsNotUpIsNamed() throws Exception {
    int nobody = ServiceProcess.freePort();
    String base = "127.0.0.1:" + panda.services().basePort();
    String reward = "127.0.0.1:" + panda.services().rewardPort();
    String unreachable = "127.0.0.1:" + nobody;

    assertUnavailable(
        unreachable, reward, greedy().build(), "base-model service at " + unreachable);
    assertUnavailable(
        base,
        unreachable,
        prompt().addPreferences(named("meaning")).build(),
        "reward service at " + unreachable);
  }

  private static void assertUnavailable(
      String base, String reward, GenerateRequest request, String service) {
    int grpcPort = ServiceProcess.freePort();
    try (ServiceProcess alone =
        ServiceProcess.start(
            "orchestrator",
            List.of(
                "quarkus.grpc.server.port=" + grpcPort,
                "panda.orchestrator.base-model=" + base,
                "panda.orchestrator.rewards=" + reward))) {
      assertThat(alone.isRunning()).as(alone.output()).isTrue();
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", grpcPort).usePlaintext().build();
      try {
        StatusRuntimeException failure =
            catchThrowableOfType(
                StatusRuntimeException.class,
                () -> GenerationServiceGrpc.newBlockingStub(channel).generate(request).hasNext());
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure.getStatus().getDescription()).contains(service);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void addressThatIsNoneEndsTheStartAndIsNamed() throws Exception {
    try (ServiceProcess alone =
        ServiceProcess.start("orchestrator", List.of("panda.orchestrator.base-model=a:1,b:2"))) {
      assertThat(alone.exitCode()).as(alone.output()).isEqualTo(1);
      assertThat(alone.output())
          .contains("panda.orchestrator.base-model: a:1,b:2 (expected: one host:port")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void portInUseEndsTheStartAndIsNamed() throws Exception {
    assertPortInUse(
        panda.services().orchestratorPort(),
        "orchestrator",
        "quarkus.grpc.server.port=" + panda.services().orchestratorPort());
    assertPortInUse(
        panda.services().basePort(),
        "base-model-service",
        "quarkus.grpc.server.port=" + panda.services().basePort(),
        "panda.base-model.model=" + panda.model(),
        "panda.base-model.threads=1");
    assertPortInUse(
        panda.services().rewardPort(),
        "reward-service",
        "quarkus.grpc.server.port=" + panda.services().rewardPort(),
        "panda.reward.model=" + panda.model(),
        "panda.reward.preferences=" + panda.reward("meaning"),
        "panda.reward.threads=1");
  }

  private static void assertPortInUse(int port, String module, String... properties)
      throws InterruptedException {
    try (ServiceProcess second = ServiceProcess.start(module, List.of(properties))) {
      assertThat(second.exitCode()).as(second.output()).isNotZero();
      assertThat(second.output()).contains(String.valueOf(port));
    }
  }

  @Test
  void clientsThatGoAwayFreeWhatTheyHeld() {
    // 200 sequences of 252 tokens would not fit into a cache of 16384 at once.
    GenerateRequest request = prompt().addPreferences(named("meaning")).setMaxTokens(250).build();
    for (int i = 0; i < 200; i++) {
      Context.CancellableContext client = Context.current().withCancellation();
      client.run(() -> assertThat(panda.generate(request).iterator().next().hasToken()).isTrue());
      client.cancel(null);
    }
  }

  /** The reward service hangs, so that nothing but the client's going away ends its generation. */
  @Test
  void clientThatGoesAwayWhileAServiceHangsFreesTheOtherOne() throws Exception {
    GenerateRequest request = prompt().addPreferences(named("meaning")).setMaxTokens(250).build();
    Context.CancellableContext client = Context.current().withCancellation();
    client.run(() -> assertThat(panda.generate(request).iterator().next().hasToken()).isTrue());
    panda.services().rewardProcess().suspend();
    Context.CancellableContext others = Context.current().withCancellation();
    ManagedChannel other =
        NettyChannelBuilder.forAddress("127.0.0.1", panda.services().basePort())
            .usePlaintext()
            .build();
    try {
      client.cancel(null);

      // 64 sequences of 254 tokens fit into a cache of 16384 if there are no others. One connection
      // gets a share only.
      List<CompletableFuture<DecodeResponse>> firstSteps = new ArrayList<>();
      others.run(
          () -> {
            for (int i = 0; i < 64; i++) {
              firstSteps.add(
                  openAtBaseService(i % 2 == 0 ? panda.services().base() : other, request));
            }
          });
      assertThat(firstSteps)
          .allSatisfy(step -> assertThat(step.get().getCandidateIdsCount()).isEqualTo(10));
    } finally {
      others.cancel(null);
      other.shutdownNow();
      panda.services().rewardProcess().resume();
      awaitAnswer(prompt().addPreferences(named("meaning")).setMaxTokens(1).build());
    }
  }

  /** A service that has hung is asked again after a moment. */
  private void awaitAnswer(GenerateRequest request) throws InterruptedException {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        assertThat(panda.tokenIds(request)).hasSize(1);
        return;
      } catch (StatusRuntimeException e) {
        if (System.nanoTime() > giveUp) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  /** Opens a sequence as large as the request's; it stays open. */
  private CompletableFuture<DecodeResponse> openAtBaseService(Channel to, GenerateRequest request) {
    CompletableFuture<DecodeResponse> firstStep = new CompletableFuture<>();
    OpenSequence open =
        OpenSequence.newBuilder()
            .setPrompt(
                Prompt.newBuilder()
                    .setTokens(
                        dev.panda.api.basemodel.v1.TokenIds.newBuilder()
                            .addAllIds(request.getTokens().getIdsList())))
            .setK(10)
            .setMaxTokens(request.getMaxTokens())
            .build();
    BaseModelServiceGrpc.newStub(to)
        .decode(
            new StreamObserver<>() {
              @Override
              public void onNext(DecodeResponse step) {
                firstStep.complete(step);
              }

              @Override
              public void onError(Throwable failure) {
                firstStep.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {}
            })
        .onNext(DecodeRequest.newBuilder().setOpen(open).build());
    return firstStep;
  }
}
