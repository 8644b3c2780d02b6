package dev.panda.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.panda.answer.testing.BytesMarshaller;
import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.api.basemodel.v1.TokenizeResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A guarded service over a real connection, with one request and with a stream of them. */
@Timeout(60)
class MessageGuardTest {
  private static final int MOST = 1024;
  private static final String THROW = "throw";
  private static final byte[] NOT_PROTOBUF = {0x0A, 99, 1};
  private static final byte[] NOT_UTF8 = {0x0A, 2, (byte) 0xC3, 0x28};

  /** Each answer names what came: the text's length, or the token accepted. */
  private static final class Echo implements BaseModelServiceGrpc.AsyncService {
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final List<Object> connections = new CopyOnWriteArrayList<>();
    private volatile Error thrown = new StackOverflowError();

    @Override
    public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> client) {
      connections.add(Connection.current());
      if (request.getText().equals(THROW)) {
        throw thrown;
      }
      client.onNext(TokenizeResponse.newBuilder().addTokenIds(request.getText().length()).build());
      client.onCompleted();
    }

    @Override
    public StreamObserver<DecodeRequest> decode(StreamObserver<DecodeResponse> client) {
      ((ServerCallStreamObserver<DecodeResponse>) client).setOnCancelHandler(cancelled::countDown);
      return new StreamObserver<>() {
        @Override
        public void onNext(DecodeRequest request) {
          if (request.getAccept().getTokenId() < 0) {
            throw thrown;
          }
          client.onNext(
              DecodeResponse.newBuilder().setStep(request.getAccept().getTokenId()).build());
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

  /** What the client of a stream is told. */
  private static final class Answers implements StreamObserver<byte[]> {
    private final List<byte[]> messages = new ArrayList<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final CompletableFuture<StatusRuntimeException> failure = new CompletableFuture<>();

    @Override
    public void onNext(byte[] message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable thrown) {
      failure.complete((StatusRuntimeException) thrown);
      end.complete(Status.fromThrowable(thrown));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  private final Echo echo = new Echo();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void serve() throws IOException {
    StatusMapping statuses = new StatusMapping(Domain.BASE_MODEL, failure -> Optional.empty());
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(MessageGuard.guard(BaseModelServiceGrpc.bindService(echo), statuses, MOST))
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
  void answersOneRequestAndStreamsBehindTheGuard() {
    assertThat(tokenize("x".repeat(MOST - 3), CallOptions.DEFAULT)).isEqualTo(MOST - 3);
    Answers answers = decode(accept(5), accept(7));

    assertThat(answers.end.join().isOk()).isTrue();
    assertThat(answers.messages).hasSize(2);
  }

  @Test
  void answersCompressedRequests() {
    assertThat(tokenize("x".repeat(MOST - 3), CallOptions.DEFAULT.withCompression("gzip")))
        .isEqualTo(MOST - 3);
  }

  @Test
  void refusesOneRequestThatIsTooLargeAndNamesBothSizes() {
    assertRefused(
        refusal("x".repeat(MOST - 2), CallOptions.DEFAULT),
        Reason.MESSAGE_TOO_LARGE,
        "message: 1025 bytes (expected: at most 1024 bytes)");
  }

  @Test
  void refusesCompressedRequestThatIsTooLargeOnceItIsNot() {
    assertRefused(
        refusal("x".repeat(100 * MOST), CallOptions.DEFAULT.withCompression("gzip")),
        Reason.MESSAGE_TOO_LARGE,
        "message: more than 1024 bytes (expected: at most 1024 bytes)");
  }

  @Test
  void refusesOneRequestThatCannotBeRead() {
    assertRefused(unary(NOT_PROTOBUF), Reason.MESSAGE_UNREADABLE, "BaseModelService/Tokenize");
    assertRefused(unary(NOT_UTF8), Reason.MESSAGE_UNREADABLE, "UTF-8");
  }

  @Test
  void refusesMessageOfAStreamFreesTheCallAndSwallowsTheRest() throws InterruptedException {
    for (byte[] broken : List.of(NOT_PROTOBUF, new byte[] {0x12, 99, 1}, new byte[MOST + 1])) {
      Answers answers = decode(accept(5), broken, accept(7));

      StatusRuntimeException failure = answers.failure.join();
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).startsWith("message: ");
      assertThat(answers.messages).hasSize(1);
    }
    assertThat(echo.cancelled.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void answersWhatAServiceThrows() throws InterruptedException {
    StatusRuntimeException one = refusal(THROW, CallOptions.DEFAULT);
    StatusRuntimeException streamed = decode(accept(5), accept(-1), accept(7)).failure.join();

    for (StatusRuntimeException failure : List.of(one, streamed)) {
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(failure.getStatus().getDescription()).startsWith("the service failed");
      assertThat(ErrorDetails.of(failure).reason()).isEqualTo("INTERNAL_FAILURE");
    }
    assertThat(echo.cancelled.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void answersLackOfMemory() {
    echo.thrown = new OutOfMemoryError("Java heap space");

    StatusRuntimeException failure = refusal(THROW, CallOptions.DEFAULT);

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription()).doesNotContain("Java").startsWith("memory: ");
    assertThat(ErrorDetails.of(failure).retryDelay()).isPresent();
  }

  @Test
  void tellsConnectionsApart() {
    ManagedChannel other =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    tokenize("a", CallOptions.DEFAULT);
    tokenize("b", CallOptions.DEFAULT);
    assertThat(
            ClientCalls.blockingUnaryCall(
                    other,
                    BaseModelServiceGrpc.getTokenizeMethod(),
                    CallOptions.DEFAULT,
                    TokenizeRequest.getDefaultInstance())
                .getTokenIdsCount())
        .isOne();
    other.shutdownNow();

    assertThat(echo.connections).hasSize(3);
    assertThat(echo.connections.get(1)).isEqualTo(echo.connections.get(0));
    assertThat(echo.connections.get(2)).isNotEqualTo(echo.connections.get(0));
  }

  private static void assertRefused(StatusRuntimeException failure, Reason reason, String words) {
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.getStatus().getDescription()).startsWith("message: ").contains(words);
    ErrorDetails details = ErrorDetails.of(failure);
    assertThat(details.reason()).isEqualTo(reason.name());
    assertThat(details.violations())
        .extracting(ErrorDetails.Violation::field)
        .containsExactly("message");
  }

  private int tokenize(String text, CallOptions options) {
    return ClientCalls.blockingUnaryCall(
            channel,
            BaseModelServiceGrpc.getTokenizeMethod(),
            options,
            TokenizeRequest.newBuilder().setText(text).build())
        .getTokenIds(0);
  }

  private StatusRuntimeException refusal(String text, CallOptions options) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> tokenize(text, options));
  }

  private StatusRuntimeException unary(byte[] message) {
    MethodDescriptor<byte[], byte[]> raw =
        BaseModelServiceGrpc.getTokenizeMethod().toBuilder(
                new BytesMarshaller(), new BytesMarshaller())
            .build();
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () -> ClientCalls.blockingUnaryCall(channel, raw, CallOptions.DEFAULT, message));
  }

  private Answers decode(byte[]... messages) {
    MethodDescriptor<byte[], byte[]> raw =
        BaseModelServiceGrpc.getDecodeMethod().toBuilder(
                new BytesMarshaller(), new BytesMarshaller())
            .build();
    Answers answers = new Answers();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(channel.newCall(raw, CallOptions.DEFAULT), answers);
    for (byte[] message : messages) {
      requests.onNext(message);
    }
    requests.onCompleted();
    return answers;
  }

  private static byte[] accept(int token) {
    return DecodeRequest.newBuilder()
        .setAccept(AcceptToken.newBuilder().setTokenId(token))
        .build()
        .toByteArray();
  }
}
