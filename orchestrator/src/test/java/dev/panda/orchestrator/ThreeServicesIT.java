package dev.panda.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.generation.v1.BaseScore;
import dev.panda.api.generation.v1.Chat;
import dev.panda.api.generation.v1.ChatMessage;
import dev.panda.api.generation.v1.ConstantLambda;
import dev.panda.api.generation.v1.CosineLambda;
import dev.panda.api.generation.v1.EntropyLambda;
import dev.panda.api.generation.v1.ExponentialLambda;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.KlBudgetLambda;
import dev.panda.api.generation.v1.LambdaFunction;
import dev.panda.api.generation.v1.LambdaMode;
import dev.panda.api.generation.v1.LinearLambda;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.Preference;
import dev.panda.api.generation.v1.Summary;
import dev.panda.api.generation.v1.Token;
import dev.panda.api.generation.v1.TokenIds;
import dev.panda.api.generation.v1.WarmUpLambda;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.testing.BytesMarshaller;
import dev.panda.orchestrator.testing.PlainDecoder;
import dev.panda.orchestrator.testing.PlainPanda;
import dev.panda.orchestrator.testing.PlainReward;
import dev.panda.orchestrator.testing.ServiceProcess;
import dev.panda.orchestrator.testing.ThreeServices;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The three packaged services on a tiny random model, against plain loops. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ThreeServicesIT {
  private static final int WIDTH = 32;
  private static final int MAX_TOKENS = 8;

  /** As the tiny checkpoint's configuration says. */
  private static final int END_TOKEN = 2;

  private static final double[] NO_CLIP = {};
  private static final List<PlainReward> REWARDS =
      List.of(
          PlainReward.random("meaning", 1, "mean", new double[] {-0.5, 0.6}, WIDTH, 1),
          PlainReward.random("ending", 2, "last", NO_CLIP, WIDTH, 2),
          PlainReward.random("steady", 1, "increment", new double[] {-0.7, 0.4}, WIDTH, 3));

  @TempDir private static Path folder;
  private static PlainDecoder plain;
  private static ThreeServices services;

  @BeforeAll
  static void start() {
    Path model = folder.resolve("tiny");
    TinyCheckpoint.llama(7).vocabSize(TinyTokenizer.SIZE).hiddenSize(WIDTH).write(model);
    TinyTokenizer.write(model);
    plain = new PlainDecoder(model);
    services = new ThreeServices(model, ThreeServicesIT::writeRewards);
  }

  private static List<Path> writeRewards(GetModelResponse served) {
    Path parent = folder.resolve("rewards");
    REWARDS.forEach(reward -> reward.write(parent, served.getTokenizerFingerprint()));
    return REWARDS.stream().map(reward -> parent.resolve(reward.name())).toList();
  }

  @AfterAll
  static void stop() {
    if (services != null) {
      services.close();
    }
  }

  @Test
  void decodesTheTokensOfPlainLoops() {
    Random random = new Random(5);
    int decided = 0;
    int cases = 0;
    for (List<LambdaFunction> lambdas : lambdaSets()) {
      for (int k : new int[] {1, 2, 10, 40}) {
        for (double[] weights : new double[][] {{1, 1}, {1.2, -0.7}, {-0.5, 0.8}}) {
          for (boolean probability : new boolean[] {false, true}) {
            int first = random.nextInt(REWARDS.size());
            List<PlainReward> rewards =
                List.of(REWARDS.get(first), REWARDS.get((first + 1) % REWARDS.size()));
            PlainPanda reference =
                new PlainPanda(
                    plain, rewards, weights, lambdas, probability, k, MAX_TOKENS, END_TOKEN);
            int[] prompt = random.ints(5, 2, TinyTokenizer.SIZE).toArray();
            PlainPanda.Answer expected = reference.decode(prompt);
            GenerateRequest request = request(reference, prompt);
            assertBegins(request, expected);
            assertBegins(request.toBuilder().setNoPruning(true).build(), expected);
            decided += expected.decided() ? 1 : 0;
            cases++;
          }
        }
      }
    }
    assertThat(decided)
        .as("cases that float32 decides, of %s", cases)
        .isGreaterThan(cases * 9 / 10);
  }

  /** Equal tokens, as far as float32 can tell. */
  private static void assertBegins(GenerateRequest request, PlainPanda.Answer expected) {
    int[] tokens = tokenIds(summary(request));
    assertThat(Arrays.copyOf(tokens, expected.tokens().length))
        .as(request.toString())
        .isEqualTo(expected.tokens());
    if (expected.decided()) {
      assertThat(tokens).as(request.toString()).hasSameSizeAs(expected.tokens());
    }
  }

  private static GenerateRequest request(PlainPanda reference, int[] prompt) {
    GenerateRequest.Builder request =
        GenerateRequest.newBuilder()
            .setTokens(ids(prompt))
            .addAllLambdas(reference.lambdas())
            .setK(reference.k())
            .setMaxTokens(reference.maxTokens())
            .setBaseScore(
                reference.probability()
                    ? BaseScore.BASE_SCORE_PROBABILITY
                    : BaseScore.BASE_SCORE_LOG_PROBABILITY);
    for (int j = 0; j < reference.weights().length; j++) {
      request.addPreferences(
          WeightedPreference.newBuilder()
              .setName(reference.rewards().get(j).name())
              .setWeight(reference.weights()[j]));
    }
    return request.build();
  }

  private static List<List<LambdaFunction>> lambdaSets() {
    LambdaFunction constant = constant(1.5);
    LambdaFunction linear =
        LambdaFunction.newBuilder()
            .setLinear(LinearLambda.newBuilder().setStrength(1).setSlope(0.3))
            .build();
    LambdaFunction exponential =
        LambdaFunction.newBuilder()
            .setExponential(ExponentialLambda.newBuilder().setStrength(2).setTimeConstant(5))
            .build();
    LambdaFunction cosine =
        LambdaFunction.newBuilder().setCosine(CosineLambda.newBuilder().setStrength(2)).build();
    LambdaFunction shortCosine =
        LambdaFunction.newBuilder()
            .setCosine(CosineLambda.newBuilder().setStrength(-2).setSteps(4))
            .build();
    LambdaFunction warmUp =
        LambdaFunction.newBuilder()
            .setWarmUp(WarmUpLambda.newBuilder().setStrength(2).setSteps(3))
            .build();
    LambdaFunction entropy =
        LambdaFunction.newBuilder().setEntropy(EntropyLambda.newBuilder().setStrength(2)).build();
    LambdaFunction klBudget =
        LambdaFunction.newBuilder()
            .setKlBudget(KlBudgetLambda.newBuilder().setBudget(0.3).setMaxStrength(5))
            .build();
    return List.of(
        List.of(constant),
        List.of(linear),
        List.of(exponential),
        List.of(cosine),
        List.of(shortCosine),
        List.of(warmUp),
        List.of(entropy),
        List.of(klBudget),
        List.of(constant(0)),
        List.of(constant(-1), constant, linear),
        List.of(klBudget, entropy, exponential));
  }

  @Test
  void zeroLambdaIsUnalignedGreedy() {
    GenerateRequest.Builder request = prompt().setMaxTokens(20);
    GenerateRequest steered =
        request.clone().addPreferences(named("ending")).addLambdas(constant(0)).build();

    assertThat(tokenIds(summary(steered)))
        .isEqualTo(tokenIds(summary(request.setMethod(Method.METHOD_GREEDY).build())));
  }

  @Test
  void streamsTheTokensOfTheSummary() {
    GenerateRequest request =
        prompt().addPreferences(named("meaning")).setMaxTokens(12).setAllCandidates(true).build();
    List<Token> tokens = new ArrayList<>();
    Summary summary = null;
    for (GenerateResponse response : generate(request)) {
      assertThat(summary).isNull();
      if (response.hasToken()) {
        tokens.add(response.getToken());
      } else {
        summary = response.getSummary();
      }
    }

    assertThat(summary).isNotNull();
    assertThat(tokens).extracting(Token::getId).isEqualTo(summary.getTokenIdsList());
    assertThat(summary.getText())
        .startsWith(String.join("", tokens.stream().map(Token::getText).toList()));
    assertThat(tokens)
        .allSatisfy(
            token -> {
              assertThat(token.getCandidatesCount()).isEqualTo(10);
              assertThat(token.getCandidates(token.getRank()).getId()).isEqualTo(token.getId());
              assertThat(token.getCandidates(token.getRank()).getReward())
                  .isEqualTo(token.getReward());
              assertThat(token.hasKl()).isTrue();
            });
    assertThat(summary.getReward()).isEqualTo(tokens.get(tokens.size() - 1).getReward());
    assertThat(summary.getUsage().getPromptTokens()).isEqualTo(4);
  }

  @Test
  void everyMethodAnswersAndRepeatsItselfWithItsSeed() {
    for (Method method : Method.values()) {
      if (method == Method.METHOD_UNSPECIFIED || method == Method.UNRECOGNIZED) {
        continue;
      }
      GenerateRequest request =
          prompt()
              .setMethod(method)
              .addPreferences(named("meaning"))
              .addPreferences(named("steady"))
              .setMaxTokens(10)
              .setSeed(11)
              .build();

      Summary summary = summary(request);

      assertThat(summary.getTokenIdsList()).as(method.name()).isNotEmpty();
      assertThat(summary.getPreferenceRewardsCount()).as(method.name()).isEqualTo(2);
      assertThat(summary(request).getTokenIdsList())
          .as(method.name())
          .isEqualTo(summary.getTokenIdsList());
    }
  }

  @Test
  void bestOfNKeepsTheBestOfItsSamples() {
    GenerateRequest one =
        prompt()
            .setMethod(Method.METHOD_BEST_OF_N)
            .addPreferences(named("ending"))
            .setN(1)
            .setSeed(3)
            .setMaxTokens(8)
            .build();

    double best = summary(one.toBuilder().setN(12).build()).getReward();

    assertThat(best).isGreaterThanOrEqualTo(summary(one).getReward());
  }

  @Test
  void perLambdaKeepsTheBestRewardWithinTheLimit() {
    GenerateRequest.Builder request =
        prompt()
            .addPreferences(named("meaning"))
            .setMaxTokens(10)
            .addLambdas(constant(0))
            .addLambdas(constant(20))
            .setLambdaMode(LambdaMode.LAMBDA_MODE_PER_LAMBDA);

    Summary free = summary(request.clone().setMaxMeanKl(1000).build());
    Summary bound = summary(request.clone().setMaxMeanKl(1e-9).build());

    assertThat(free.getReward()).isGreaterThanOrEqualTo(bound.getReward());
    assertThat(bound.getMeanKl()).isZero();
  }

  @Test
  void stopsBeforeAStopString() {
    GenerateRequest.Builder request =
        prompt().setMethod(Method.METHOD_SAMPLING).setSeed(2).setMaxTokens(40);
    String text = summary(request.clone().build()).getText();
    String stop = text.substring(text.length() / 2, text.length() / 2 + 2);

    Summary stopped = summary(request.addStop(stop).build());

    assertThat(stopped.getText()).isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(stopped.getFinishReason().name()).isEqualTo("FINISH_REASON_STOP_STRING");
  }

  @Test
  void listsThePreferences() {
    assertThat(
            GenerationServiceGrpc.newBlockingStub(services.orchestrator())
                .listPreferences(ListPreferencesRequest.getDefaultInstance())
                .getPreferencesList())
        .extracting(Preference::getName)
        .containsExactly("ending", "meaning", "steady");
  }

  @Test
  void refusesWhatItCannotServeAndNamesTheField() {
    assertRefused(prompt(), "preferences", Status.Code.INVALID_ARGUMENT);
    assertRefused(
        prompt().addPreferences(named("kindness")),
        "preferences[0].name",
        Status.Code.NOT_FOUND,
        "[ending, meaning, steady]");
    assertRefused(greedy().clearPrompt(), "prompt", Status.Code.INVALID_ARGUMENT);
    assertRefused(greedy().setText(""), "text", Status.Code.INVALID_ARGUMENT);
    assertRefused(greedy().setK(0), "k", Status.Code.INVALID_ARGUMENT, "1 to 256");
    assertRefused(greedy().setK(257), "k", Status.Code.INVALID_ARGUMENT, "1 to 256");
    assertRefused(greedy().setMaxTokens(-5), "max_tokens", Status.Code.INVALID_ARGUMENT);
    assertRefused(
        greedy().setMaxTokens(253), "max_tokens", Status.Code.INVALID_ARGUMENT, "at most 252");
    assertRefused(
        greedy().setTokens(ids(new int[300])), "prompt", Status.Code.INVALID_ARGUMENT, "256");
    assertRefused(
        greedy().setTokens(ids(new int[] {1, 286})),
        "tokens.ids[1]",
        Status.Code.INVALID_ARGUMENT,
        "0 to 285");
    assertRefused(
        greedy()
            .setChat(
                Chat.newBuilder()
                    .addMessages(message("judge", "x"))
                    .addMessages(message("user", "x"))),
        "chat.messages[0].role",
        Status.Code.INVALID_ARGUMENT,
        "system, user or assistant");
    assertRefused(greedy().setMethodValue(99), "method", Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void refusesMessagesThatCannotBeRead() {
    StatusRuntimeException notText = refusal(new byte[] {0x0A, 2, (byte) 0xC3, 0x28});
    assertThat(notText.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(notText.getStatus().getDescription()).startsWith("message: ").contains("UTF-8");

    StatusRuntimeException tooLarge = refusal(new byte[(4 << 20) + 1]);
    assertThat(tooLarge.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(tooLarge.getStatus().getDescription())
        .isEqualTo("message: 4194305 bytes (expected: at most 4194304 bytes)");
  }

  private static StatusRuntimeException refusal(byte[] message) {
    MethodDescriptor<byte[], GenerateResponse> generate =
        GenerationServiceGrpc.getGenerateMethod().toBuilder(
                new BytesMarshaller(),
                GenerationServiceGrpc.getGenerateMethod().getResponseMarshaller())
            .build();
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            ClientCalls.blockingServerStreamingCall(
                    services.orchestrator(), generate, CallOptions.DEFAULT, message)
                .hasNext());
  }

  @Test
  void serviceThatIsNotUpIsNamed() throws Exception {
    int nobody = ServiceProcess.freePort();
    String base = "127.0.0.1:" + services.basePort();
    String reward = "127.0.0.1:" + services.rewardPort();
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
                "quarkus.http.port=" + ServiceProcess.freePort(),
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
  void portInUseEndsTheStartAndIsNamed() throws Exception {
    assertPortInUse(
        services.orchestratorPort(),
        "orchestrator",
        "quarkus.http.port=" + ServiceProcess.freePort(),
        "quarkus.grpc.server.port=" + services.orchestratorPort());
    assertPortInUse(
        services.basePort(),
        "base-model-service",
        "quarkus.http.port=" + services.basePort(),
        "panda.base-model.model=" + folder.resolve("tiny"),
        "panda.base-model.threads=1");
    assertPortInUse(
        services.rewardPort(),
        "reward-service",
        "quarkus.http.port=" + services.rewardPort(),
        "panda.reward.model=" + folder.resolve("tiny"),
        "panda.reward.preferences=" + folder.resolve("rewards/meaning"),
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
      client.run(() -> assertThat(generate(request).iterator().next().hasToken()).isTrue());
      client.cancel(null);
    }
  }

  /** The reward service hangs, so that nothing but the client's going away ends its generation. */
  @Test
  void clientThatGoesAwayWhileAServiceHangsFreesTheOtherOne() throws Exception {
    GenerateRequest request = prompt().addPreferences(named("meaning")).setMaxTokens(250).build();
    Context.CancellableContext client = Context.current().withCancellation();
    client.run(() -> assertThat(generate(request).iterator().next().hasToken()).isTrue());
    services.rewardProcess().suspend();
    Context.CancellableContext others = Context.current().withCancellation();
    try {
      client.cancel(null);

      // 64 sequences of 254 tokens fit into a cache of 16384 where there are no others.
      List<CompletableFuture<DecodeResponse>> firstSteps = new ArrayList<>();
      others.run(
          () -> {
            for (int i = 0; i < 64; i++) {
              firstSteps.add(openAtBaseService(request));
            }
          });
      assertThat(firstSteps)
          .allSatisfy(step -> assertThat(step.get().getCandidateIdsCount()).isEqualTo(10));
    } finally {
      others.cancel(null);
      services.rewardProcess().resume();
    }
  }

  /** Opens a sequence as large as the request's; it stays open. */
  private static CompletableFuture<DecodeResponse> openAtBaseService(GenerateRequest request) {
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
    BaseModelServiceGrpc.newStub(services.base())
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

  private static void assertRefused(
      GenerateRequest.Builder request, String field, Status.Code code, String... words) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> generate(request.build()).iterator().next());
    assertThat(failure).as(field).isNotNull();
    assertThat(failure.getStatus().getCode()).as(failure.toString()).isEqualTo(code);
    assertThat(failure.getStatus().getDescription()).contains(field);
    for (String word : words) {
      assertThat(failure.getStatus().getDescription()).contains(word);
    }
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    assertThat(details.getDetailsList())
        .anyMatch(detail -> detail.is(ErrorInfo.class))
        .filteredOn(detail -> detail.is(BadRequest.class))
        .singleElement()
        .satisfies(
            detail ->
                assertThat(detail.unpack(BadRequest.class).getFieldViolations(0).getField())
                    .isEqualTo(field));
  }

  private static GenerateRequest.Builder prompt() {
    return GenerateRequest.newBuilder().setTokens(ids(new int[] {40, 41, 99, 7}));
  }

  private static GenerateRequest.Builder greedy() {
    return prompt().setMethod(Method.METHOD_GREEDY);
  }

  private static ChatMessage message(String role, String content) {
    return ChatMessage.newBuilder().setRole(role).setContent(content).build();
  }

  private static WeightedPreference named(String preference) {
    return WeightedPreference.newBuilder().setName(preference).build();
  }

  private static LambdaFunction constant(double strength) {
    return LambdaFunction.newBuilder()
        .setConstant(ConstantLambda.newBuilder().setStrength(strength))
        .build();
  }

  private static TokenIds ids(int[] tokens) {
    TokenIds.Builder ids = TokenIds.newBuilder();
    Arrays.stream(tokens).forEach(ids::addIds);
    return ids.build();
  }

  private static Iterable<GenerateResponse> generate(GenerateRequest request) {
    return () -> GenerationServiceGrpc.newBlockingStub(services.orchestrator()).generate(request);
  }

  private static Summary summary(GenerateRequest request) {
    Summary summary = null;
    for (GenerateResponse response : generate(request)) {
      summary = response.getSummary();
    }
    return summary;
  }

  private static int[] tokenIds(Summary summary) {
    return summary.getTokenIdsList().stream().mapToInt(Integer::intValue).toArray();
  }
}
