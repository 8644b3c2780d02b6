package dev.panda.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.quarkus.IdleLimit;
import dev.panda.answer.testing.ManualEventLoop;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc.BaseModelServiceStub;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.api.basemodel.v1.TokenizeResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that stops, over a real connection. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DrainTest {
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private final BlockingQueue<StreamObserver<?>> arrived = new LinkedBlockingQueue<>();
  private final BlockingQueue<StreamObserver<DecodeResponse>> acknowledged =
      new LinkedBlockingQueue<>();
  private Server server;
  private ManagedChannel channel;
  private Drain drain = new Drain(FOR_EVER);

  /** Leaves calls open; acknowledges each message of a stream, and goes on with it. */
  private final class Slow implements BaseModelServiceGrpc.AsyncService {
    @Override
    public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> client) {
      arrived.add(client);
    }

    @Override
    public StreamObserver<DecodeRequest> decode(StreamObserver<DecodeResponse> client) {
      IdleLimit idle = new IdleLimit(new ManualEventLoop(), FOR_EVER, failure -> {});
      idle.start();
      arrived.add(client);
      return new StreamObserver<>() {
        @Override
        public void onNext(DecodeRequest request) {
          idle.stop();
          client.onNext(DecodeResponse.getDefaultInstance());
          acknowledged.add(client);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          client.onCompleted();
        }
      };
    }
  }

  /** What a client is told: the last answer, or why there is none. */
  private static final class Told<A> implements StreamObserver<A> {
    private final CompletableFuture<A> end = new CompletableFuture<>();
    private A last;

    @Override
    public void onNext(A answer) {
      last = answer;
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      end.complete(last);
    }

    private void assertStopping() {
      Throwable failure = end.handle((answer, thrown) -> thrown).join();
      assertThat(failure)
          .hasMessage(
              "UNAVAILABLE: service: stopping (expected: to be tried again,"
                  + " here or at a replica)");
      assertThat(ErrorDetails.of(failure).reason()).isEqualTo("STOPPING");
      assertThat(ErrorDetails.of(failure).retryDelay()).isPresent();
    }
  }

  @BeforeEach
  void serve() throws IOException {
    serve(drain);
  }

  private void serve(Drain watching) throws IOException {
    drain = watching;
    StatusMapping statuses = new StatusMapping(Domain.BASE_MODEL, failure -> Optional.empty());
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(drain.over(BaseModelServiceGrpc.bindService(new Slow()), statuses))
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private BaseModelServiceStub service() {
    return BaseModelServiceGrpc.newStub(channel);
  }

  private Told<TokenizeResponse> tokenize() {
    Told<TokenizeResponse> told = new Told<>();
    service().tokenize(TokenizeRequest.getDefaultInstance(), told);
    return told;
  }

  private CompletableFuture<Void> finish(Duration grace) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            drain.finish(grace);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  /** Refuses calls once it stops; a call before that is under way. */
  private void awaitStopping() throws InterruptedException {
    Told<TokenizeResponse> refused = tokenize();
    while (!refused.end.isDone()) {
      StreamObserver<?> early = arrived.poll(10, TimeUnit.MILLISECONDS);
      if (early != null) {
        early.onCompleted();
        refused = tokenize();
      }
    }
    refused.assertStopping();
  }

  @Test
  void callsUnderWayFinishWhileNewOnesAreRefused() throws Exception {
    Told<TokenizeResponse> told = tokenize();
    @SuppressWarnings("unchecked")
    StreamObserver<TokenizeResponse> client = (StreamObserver<TokenizeResponse>) arrived.take();
    CompletableFuture<Void> stopped = finish(FOR_EVER);
    awaitStopping();
    assertThat(stopped).isNotDone();

    client.onNext(TokenizeResponse.newBuilder().addTokenIds(7).build());
    client.onCompleted();

    assertThat(told.end.join().getTokenIdsList()).containsExactly(7);
    stopped.join();
  }

  @Test
  void whatIsLeftAfterTheGraceEndsWithAHint() throws Exception {
    Told<TokenizeResponse> told = tokenize();
    Told<DecodeResponse> stream = new Told<>();
    service().decode(stream).onNext(DecodeRequest.getDefaultInstance());
    StreamObserver<?> first = arrived.take();
    StreamObserver<?> second = arrived.take();

    finish(Duration.ZERO).join();

    told.assertStopping();
    stream.assertStopping();
    first.onCompleted(); // is dropped
    second.onCompleted();
  }

  @Test
  void doesNotWaitForStreamsThatTheirClientsLeaveAlone() throws Exception {
    close();
    serve(new Drain(Duration.ZERO));
    Told<DecodeResponse> stream = new Told<>();
    StreamObserver<DecodeRequest> unused = service().decode(stream);
    arrived.take();

    finish(FOR_EVER).join();

    stream.assertStopping();
  }

  @Test
  void waitsForTheServicesTurnAfterAnAcknowledgement() throws Exception {
    close();
    serve(new Drain(Duration.ZERO));
    Told<DecodeResponse> stream = new Told<>();
    service().decode(stream).onNext(DecodeRequest.getDefaultInstance());
    arrived.take();
    StreamObserver<DecodeResponse> client = acknowledged.take();
    CompletableFuture<Void> stopped = finish(FOR_EVER);
    awaitStopping();

    client.onNext(DecodeResponse.newBuilder().setStep(1).build());
    client.onCompleted();

    assertThat(stream.end.join().getStep()).isEqualTo(1);
    stopped.join();
  }

  @Test
  void stopsAtOnceIfNothingIsUnderWay() {
    finish(FOR_EVER).join();
  }
}
