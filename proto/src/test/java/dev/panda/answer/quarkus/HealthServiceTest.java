package dev.panda.answer.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.ErrorDetails;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Health that clients watch, over a real connection. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HealthServiceTest {
  private static final String SERVICE = "panda.Service";

  private final GrpcHealthStorage health = new GrpcHealthStorage();
  private Server server;
  private ManagedChannel channel;

  /** A client that watches; it hears statuses, and why there are no more. */
  private final class Watcher
      implements ClientResponseObserver<HealthCheckRequest, HealthCheckResponse> {
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private ClientCallStreamObserver<HealthCheckRequest> call;

    Watcher() {
      HealthGrpc.newStub(channel)
          .watch(HealthCheckRequest.newBuilder().setService(SERVICE).build(), this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<HealthCheckRequest> client) {
      call = client;
    }

    @Override
    public void onNext(HealthCheckResponse answer) {
      heard.add(answer.getStatus());
    }

    @Override
    public void onError(Throwable failure) {
      heard.add(failure);
    }

    @Override
    public void onCompleted() {
      heard.add("completed");
    }

    void leave() {
      call.cancel("the client goes away", null);
    }
  }

  @BeforeEach
  void serve() throws IOException {
    health.setStatus(SERVICE, ServingStatus.SERVING);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new HealthService(health).bindService())
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void everyWatcherHearsOfEachChange() throws InterruptedException {
    List<Watcher> watchers = List.of(new Watcher(), new Watcher());
    for (ServingStatus status : List.of(ServingStatus.SERVING, ServingStatus.NOT_SERVING)) {
      health.setStatus(SERVICE, status);
      for (Watcher watcher : watchers) {
        assertThat(watcher.heard.take()).isEqualTo(status);
      }
    }
  }

  @Test
  void aWatcherAfterTheOthersHaveLeftHearsOfChanges() throws InterruptedException {
    Watcher first = new Watcher();
    assertThat(first.heard.take()).isEqualTo(ServingStatus.SERVING);
    first.leave();
    assertThat(first.heard.take()).isInstanceOf(Exception.class);
    Watcher second = new Watcher();
    assertThat(second.heard.take()).isEqualTo(ServingStatus.SERVING);

    health.setStatus(SERVICE, ServingStatus.NOT_SERVING);

    assertThat(second.heard.take()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void refusesMoreWatchersUntilOneLeaves() throws InterruptedException {
    List<Watcher> watchers = new ArrayList<>();
    for (int i = 0; i < HealthService.MOST_WATCHERS; i++) {
      watchers.add(new Watcher());
    }
    for (Watcher watcher : watchers) {
      assertThat(watcher.heard.take()).isEqualTo(ServingStatus.SERVING);
    }
    Throwable refusal = (Throwable) new Watcher().heard.take();
    assertThat(refusal)
        .hasMessage(
            "RESOURCE_EXHAUSTED: watchers: 256 of the service's health"
                + " (expected: to be tried again later, or Check)");
    assertThat(ErrorDetails.of(refusal).retryDelay()).isPresent();

    watchers.get(0).leave();

    Object heard = new Watcher().heard.take();
    while (!heard.equals(ServingStatus.SERVING)) {
      assertThat(Status.fromThrowable((Throwable) heard).getCode())
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      heard = new Watcher().heard.take();
    }
  }
}
