package dev.panda.orchestrator.serving.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.panda.answer.Drain;
import dev.panda.answer.testing.BytesMarshaller;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.TokenIds;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.serving.client.BaseModelClient;
import dev.panda.orchestrator.serving.client.RewardClient;
import dev.panda.orchestrator.serving.client.Timeouts;
import dev.panda.orchestrator.serving.generation.Generator;
import dev.panda.orchestrator.serving.generation.Patience;
import dev.panda.orchestrator.testing.FakeBaseModel;
import dev.panda.orchestrator.testing.FakeRewards;
import dev.panda.orchestrator.testing.TestConfig;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service over a real connection, with services behind it that misbehave. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GenerationServiceTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** Smaller than the response that a client leaves unread. */
  private static final int SMALL_WINDOW = 65_535;

  private final FakeBaseModel base = new FakeBaseModel();
  private final FakeRewards rewards = new FakeRewards("kind");
  private final List<AutoCloseable> toClose = new ArrayList<>(List.of(base, rewards));
  private Duration baseStep = LONG;
  private Duration rewardStep = LONG;
  private ManagedChannel channel;

  private TestConfig config() {
    return TestConfig.of(base.address(), rewards.address());
  }

  private void serve(TestConfig config) throws IOException {
    BaseModelClient baseClient =
        new BaseModelClient(config.baseModel(), new Timeouts(LONG, baseStep));
    RewardClient rewardClient =
        new RewardClient(config.rewards().orElseThrow().get(0), new Timeouts(LONG, rewardStep));
    GenerationGrpcService service =
        new GenerationGrpcService(
            new Generator(
                baseClient,
                List.of(rewardClient),
                config.maxGenerations(),
                new Patience(config.callTimeout(), config.stepTimeout())),
            config,
            new Drain());
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service)
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .flowControlWindow(SMALL_WINDOW)
            .build();
    toClose.addAll(
        List.of(
            channel::shutdownNow, server::shutdownNow, service::close, baseClient, rewardClient));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  @Test
  void refusesTextThatIsNotUtf8() throws Exception {
    serve(config());
    byte[] text = {0x0A, 2, (byte) 0xC3, 0x28};

    assertRefusedMessage(text, "MESSAGE_UNREADABLE", "UTF-8");
  }

  @Test
  void refusesBytesThatAreNotProtobuf() throws Exception {
    serve(config());

    assertRefusedMessage(new byte[] {0x0A, 99, 1}, "MESSAGE_UNREADABLE", "GenerationService");
  }

  @Test
  void refusesMessagesOverTheLimitAndNamesIt() throws Exception {
    serve(config());
    byte[] message = GenerateRequest.newBuilder().setText("x".repeat(1022)).build().toByteArray();

    assertRefusedMessage(
        message, "MESSAGE_TOO_LARGE", "message: 1025 bytes (expected: at most 1024 bytes)");
  }

  private void assertRefusedMessage(byte[] message, String reason, String words) throws Exception {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingServerStreamingCall(
                        channel, rawMethod(), CallOptions.DEFAULT, message)
                    .forEachRemaining(response -> {}));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.getStatus().getDescription()).startsWith("message: ").contains(words);
    List<com.google.protobuf.Any> details = StatusProto.fromThrowable(failure).getDetailsList();
    assertThat(details.get(0).unpack(ErrorInfo.class).getReason()).isEqualTo(reason);
    assertThat(details.get(1).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("message");
  }

  /** {@code Generate}, of whatever bytes. */
  private static MethodDescriptor<byte[], byte[]> rawMethod() {
    return GenerationServiceGrpc.getGenerateMethod().toBuilder(
            new BytesMarshaller(), new BytesMarshaller())
        .build();
  }

  @Test
  void answersBehindTheGuard() throws Exception {
    serve(config());

    List<GenerateResponse> responses = new ArrayList<>();
    generate(greedy().setMaxTokens(3)).forEachRemaining(responses::add);

    assertThat(responses).hasSize(4);
    assertThat(responses.get(3).getSummary().getText()).isEqualTo("aaa");
  }

  @Test
  void baseServiceThatNeverAnswersIsNamedAndLetGo() throws Exception {
    baseStep = SHORT;
    serve(config());
    base.fallSilent();

    assertTimedOut(greedy(), "base-model service at " + base.address());
    base.awaitNoneOpen();
  }

  @Test
  void rewardServiceThatNeverAnswersIsNamedAndLetGo() throws Exception {
    rewardStep = SHORT;
    serve(config());
    rewards.fallSilent();

    assertTimedOut(panda(), "reward service at " + rewards.address());
    base.awaitNoneOpen();
    rewards.awaitNoneOpen();
  }

  @Test
  void rewardServiceThatNeverScoresWholeResponsesIsNamed() throws Exception {
    rewardStep = SHORT;
    serve(config());
    rewards.fallSilent();

    assertTimedOut(
        panda().setMethod(Method.METHOD_BEST_OF_N).setN(2).setMaxTokens(2),
        "reward service at " + rewards.address());
  }

  private void assertTimedOut(GenerateRequest.Builder request, String service) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> generate(request).forEachRemaining(token -> {}));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(failure.getStatus().getDescription()).contains(service);
  }

  @Test
  void clientThatNeverReadsHoldsNoGenerationForEver() throws Exception {
    serve(config().withReadingTimeout(SHORT));
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<GenerateRequest, GenerateResponse> call = readLittle(end);
    while (base.events().isEmpty()) {
      Thread.onSpinWait();
    }
    base.awaitNoneOpen();

    call.request(Integer.MAX_VALUE);
    assertThat(end.get().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(end.get().getDescription()).startsWith("response: not read");
  }

  /** Each message is read well within the patience, and all of them would take a minute. */
  @Test
  void clientThatReadsALittleNowAndThenHoldsNoGenerationForEver() throws Exception {
    serve(config().withReadingTimeout(Duration.ofSeconds(1)));
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<GenerateRequest, GenerateResponse> call = readLittle(end);
    ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();
    toClose.add(reader::shutdownNow);
    ScheduledFuture<?> unused =
        reader.scheduleAtFixedRate(() -> call.request(1), 15, 15, TimeUnit.MILLISECONDS);

    while (base.events().isEmpty()) {
      Thread.onSpinWait();
    }
    base.awaitNoneOpen();
    reader.shutdownNow();
    call.request(Integer.MAX_VALUE);

    assertThat(end.get().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(end.get().getDescription()).contains("wait for more than 1 s in all");
  }

  /** Asks for a long response and reads its first message. */
  private ClientCall<GenerateRequest, GenerateResponse> readLittle(CompletableFuture<Status> end) {
    ClientCall<GenerateRequest, GenerateResponse> call =
        channel.newCall(GenerationServiceGrpc.getGenerateMethod(), CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.sendMessage(greedy().setMaxTokens(4000).setK(16).setAllCandidates(true).build());
    call.halfClose();
    call.request(1);
    return call;
  }

  /** The base service hangs, so that nothing but the client's going away ends the generation. */
  @Test
  void clientThatGoesAwayFreesWhatItHeld() throws Exception {
    baseStep = Duration.ofHours(1);
    serve(config());
    Context.CancellableContext client = Context.current().withCancellation();
    client.run(() -> assertThat(generate(panda().setMaxTokens(4000)).next().hasToken()).isTrue());
    base.fallSilent();

    client.cancel(null);

    base.awaitNoneOpen();
    rewards.awaitNoneOpen();
  }

  @Test
  void aHundredListingsAreOneQuestionAndTakeNoThread() throws Exception {
    serve(config().withMaxGenerations(1));
    rewards.hang();
    for (int i = 0; i < 100; i++) {
      GenerationServiceGrpc.newStub(channel)
          .listPreferences(ListPreferencesRequest.getDefaultInstance(), new Ends());
    }
    while (rewards.listings() == 0) {
      Thread.onSpinWait();
    }

    assertThat(generate(greedy().setMaxTokens(1)).next().hasToken()).isTrue();
    assertThat(rewards.listings()).isEqualTo(1);
  }

  /** Takes whatever comes. */
  private record Ends() implements StreamObserver<ListPreferencesResponse> {
    @Override
    public void onNext(ListPreferencesResponse response) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }

  @Test
  void aRewardServiceThatHangsLeavesRoomForGenerationsWithoutIt() throws Exception {
    serve(config());
    rewards.fallSilent();
    List<CompletableFuture<Status>> guided = new ArrayList<>();
    for (int i = 0; i < 2 * config().maxGenerations(); i++) {
      guided.add(new CompletableFuture<>());
      GenerationServiceGrpc.newStub(channel).generate(panda().build(), new End(guided.get(i)));
    }
    CompletableFuture.anyOf(guided.toArray(CompletableFuture[]::new)).join();

    for (int i = 0; i < config().maxGenerations(); i++) {
      assertThat(generate(greedy().setMaxTokens(1)).next().hasToken()).isTrue();
    }
    assertThat(guided)
        .filteredOn(CompletableFuture::isDone)
        .isNotEmpty()
        .allSatisfy(
            end -> assertThat(end.get().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
  }

  /** Tells how a call ended. */
  private record End(CompletableFuture<Status> end) implements StreamObserver<GenerateResponse> {
    @Override
    public void onNext(GenerateResponse response) {}

    @Override
    public void onError(Throwable failure) {
      end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  private Iterator<GenerateResponse> generate(GenerateRequest.Builder request) {
    return GenerationServiceGrpc.newBlockingStub(channel).generate(request.build());
  }

  private static GenerateRequest.Builder greedy() {
    return prompt().setMethod(Method.METHOD_GREEDY);
  }

  private static GenerateRequest.Builder panda() {
    return prompt().addPreferences(WeightedPreference.newBuilder().setName("kind"));
  }

  private static GenerateRequest.Builder prompt() {
    return GenerateRequest.newBuilder().setTokens(TokenIds.newBuilder().addIds(5));
  }
}
