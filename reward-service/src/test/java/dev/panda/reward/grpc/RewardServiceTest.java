package dev.panda.reward.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.RetryInfo;
import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.ListPreferencesRequest;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.Preference;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.RewardServiceGrpc.RewardServiceBlockingStub;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.reward.batch.Progress;
import dev.panda.reward.batch.TextEncoder;
import dev.panda.reward.config.RewardConfig;
import dev.panda.reward.head.RewardModel;
import dev.panda.reward.model.RewardOptions;
import dev.panda.reward.model.ServedRewards;
import dev.panda.reward.scoring.Scoring;
import dev.panda.reward.testing.PlainRewards;
import dev.panda.reward.testing.ScoreClient;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.testing.CuttableProxy;
import dev.panda.transformer.tokenizer.ChatMessage;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@QuarkusTestResource(TinyRewards.class)
@Timeout(60)
class RewardServiceTest {
  private static final int[] NONE = {};
  private static final int[] PROMPT = {70, 12, 285, 100, 9};

  /** Float32 on either side, in sums of different order; rewards are of the order of 1. */
  private static final double TOLERANCE = 2e-4;

  @TestHTTPResource("/")
  URL address;

  @Inject ServedRewards served;
  @Inject RewardConfig config;

  private ManagedChannel channel;
  private RewardServiceBlockingStub service;

  @BeforeEach
  void connect() {
    channel = channel(address.getPort());
    service = RewardServiceGrpc.newBlockingStub(channel);
  }

  private static ManagedChannel channel(int port) {
    return ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void leavesNoSequenceOpen() {
    channel.shutdownNow();
    awaitOpenSequences(0);
  }

  private void awaitOpenSequences(int expected) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (served.engine().openSequences() != expected) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void describesBackboneAndPreferences() {
    ListPreferencesResponse described =
        service.listPreferences(ListPreferencesRequest.getDefaultInstance());

    assertThat(described.getBackboneId()).startsWith("tiny-rewards");
    assertThat(described.getVocabularySize()).isEqualTo(TinyRewards.VOCABULARY);
    assertThat(described.getTokenizerFingerprint())
        .isEqualTo(TinyRewards.fingerprint(Path.of(config.model())));
    assertThat(described.getContextLength()).isEqualTo(TinyRewards.CONTEXT);
    assertThat(described.getMaxCandidates()).isEqualTo(40);
    assertThat(described.getMaxPreferences()).isEqualTo(6);
    assertThat(described.getPreferencesList())
        .extracting(Preference::getName)
        .containsExactly(
            "increment",
            "increment-clipped",
            "last",
            "last-clipped",
            "mean",
            "mean-clipped",
            "overflowing");
    Preference clipped = described.getPreferences(1);
    RewardModel model = model("increment-clipped");
    assertThat(clipped.getLayer()).isEqualTo(2);
    assertThat(clipped.getPooling()).isEqualTo(dev.panda.api.reward.v1.Pooling.POOLING_INCREMENT);
    assertThat(clipped.getMean()).isEqualTo(model.card().calibration().mean());
    assertThat(clipped.getStandardDeviation())
        .isEqualTo(model.card().calibration().standardDeviation());
    assertThat(clipped.getClip().getLow()).isEqualTo(-1);
    assertThat(clipped.getClip().getHigh()).isEqualTo(1.5);
    assertThat(clipped.getDefaultStrength()).isEqualTo(1.5);
    assertThat(clipped.getDescription()).isEqualTo(model.card().description());
    assertThat(described.getPreferences(4).hasClip()).isFalse();
  }

  /** Six heads on two layers in one pass: each step's candidates, rewards and running sums. */
  @ParameterizedTest
  @EnumSource(
      value = RewardUnit.class,
      names = {"REWARD_UNIT_NORMALISED", "REWARD_UNIT_RAW"})
  void rewardsEqualPlainComputation(RewardUnit unit) throws InterruptedException {
    int[][] accepted = {NONE, {31}, {200, 17, 8}, {44}, NONE};
    int[][] candidates = {{31, 32, 33}, {5, 200, 1}, {44, 45}, NONE, {60, 61, 62, 63, 64, 65}};
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(TinyRewards.PREFERENCES).setUnit(unit));

    int[] response = NONE;
    try (PlainRewards plain = new PlainRewards(Path.of(config.model()))) {
      for (int step = 0; step < accepted.length; step++) {
        CandidateScores scores = stream.score(accepted[step], candidates[step]);
        response = concatenate(response, accepted[step]);

        assertThat(scores.getAcceptedTokens()).isEqualTo(response.length);
        assertClose(scores.getRunningSumsList(), sums(plain, response));
        assertClose(scores.getRewardsList(), rewards(plain, unit, response, candidates[step]));
      }
      assertClipCutsSomeTermsAndNotAll(plain, response);
    }
    stream.complete();
  }

  private double[] rewards(PlainRewards plain, RewardUnit unit, int[] response, int[] candidates) {
    List<Double> rewards = new ArrayList<>();
    for (int candidate : candidates) {
      int[] continued = concatenate(response, new int[] {candidate});
      for (String preference : TinyRewards.PREFERENCES) {
        rewards.add(
            unit == RewardUnit.REWARD_UNIT_RAW
                ? plain.raw(model(preference), PROMPT, continued)
                : plain.normalised(model(preference), PROMPT, continued));
      }
    }
    return rewards.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private double[] sums(PlainRewards plain, int[] response) {
    return TinyRewards.PREFERENCES.stream()
        .mapToDouble(preference -> plain.runningSum(model(preference), PROMPT, response))
        .toArray();
  }

  /** Else the comparison would show nothing of clips. */
  private void assertClipCutsSomeTermsAndNotAll(PlainRewards plain, int[] response) {
    double[] terms = plain.terms(model("mean-clipped"), PROMPT, response);
    assertThat(Arrays.stream(terms).boxed()).anyMatch(term -> term == -1 || term == 1.5);
    assertThat(Arrays.stream(terms).boxed()).anyMatch(term -> term > -1 && term < 1.5);
  }

  @Test
  void givesPreferencesInTheOrderAskedFor() throws InterruptedException {
    List<String> some = List.of("mean-clipped", "increment", "last");
    List<Double> all = firstRewards(TinyRewards.PREFERENCES, 31, 32);

    assertThat(firstRewards(some, 31, 32))
        .containsExactly(all.get(5), all.get(0), all.get(2), all.get(11), all.get(6), all.get(8));
  }

  private List<Double> firstRewards(List<String> preferences, int... candidates)
      throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(preferences));
    List<Double> rewards = stream.score(NONE, candidates).getRewardsList();
    stream.complete();
    return rewards;
  }

  @Test
  void candidatesTogetherEqualOneByOne() throws InterruptedException {
    int[] candidates = IntStream.range(20, 60).toArray();
    int[] next = IntStream.range(100, 140).toArray();
    ScoreClient together = new ScoreClient(channel);
    ScoreClient alone = new ScoreClient(channel);
    together.open(open(TinyRewards.PREFERENCES));
    alone.open(open(TinyRewards.PREFERENCES));

    assertClose(together.score(NONE, candidates).getRewardsList(), oneByOne(alone, candidates));
    CandidateScores tokens = alone.score(new int[] {33, 34});
    CandidateScores second = together.score(new int[] {33, 34}, next);

    assertThat(second.getAcceptedTokens()).isEqualTo(tokens.getAcceptedTokens());
    assertClose(second.getRewardsList(), oneByOne(alone, next));
    together.complete();
    alone.complete();
  }

  private static double[] oneByOne(ScoreClient stream, int[] candidates)
      throws InterruptedException {
    List<Double> rewards = new ArrayList<>();
    for (int candidate : candidates) {
      rewards.addAll(stream.score(NONE, candidate).getRewardsList());
    }
    return rewards.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Test
  void resumedEqualsUninterrupted() throws InterruptedException {
    ScoreClient whole = new ScoreClient(channel);
    whole.open(open(TinyRewards.PREFERENCES));
    whole.score(NONE, 31, 32);
    whole.score(new int[] {31}, 33, 34);
    CandidateScores uninterrupted = whole.score(new int[] {34, 35}, 36, 37);
    ScoreClient later = new ScoreClient(channel);
    later.open(open(TinyRewards.PREFERENCES).addAllAcceptedTokenIds(List.of(31, 34, 35)));

    CandidateScores resumed = later.score(NONE, 36, 37);

    assertThat(resumed.getAcceptedTokens()).isEqualTo(3);
    assertClose(resumed.getRewardsList(), array(uninterrupted.getRewardsList()));
    assertClose(resumed.getRunningSumsList(), array(uninterrupted.getRunningSumsList()));
    whole.complete();
    later.complete();
  }

  @Test
  void finishedResponsesEqualTheStream() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(TinyRewards.PREFERENCES));
    List<Double> first = stream.score(NONE, 31).getRewardsList();
    List<Double> second = stream.score(new int[] {31}, 32).getRewardsList();
    List<Double> third = new ArrayList<>(stream.score(new int[] {32}, 1).getRewardsList());
    stream.complete();
    for (String preference : List.of("increment", "increment-clipped")) {
      int j = TinyRewards.PREFERENCES.indexOf(preference);
      third.set(j, (first.get(j) + second.get(j) + third.get(j)) / 3);
    }

    List<Double> rewards =
        service
            .scoreSequences(
                responses(TinyRewards.PREFERENCES, List.of(31), List.of(31, 32, 1)).build())
            .getRewardsList();

    List<Double> expected = new ArrayList<>(first);
    expected.addAll(third);
    assertClose(rewards, array(expected));
  }

  @Test
  void scoringAFileGivesTheSameRewards(@TempDir Path folder) throws IOException {
    Path input = folder.resolve("answers.jsonl");
    Path output = folder.resolve("scored.jsonl");
    Files.writeString(
        input,
        """
        {"messages":[{"role":"user","content":"Why?"}],"response":"so it is"}
        """);
    Path model = Path.of(config.model());
    new Scoring(
            new Scoring.Options(model, scoringOptions(), input, output, false),
            Progress.Display.NONE,
            notice -> {})
        .run();
    JsonNode scored = new JsonMapper().readTree(output.toFile()).path("rewards");

    ScoreSequencesRequest.Builder request =
        ScoreSequencesRequest.newBuilder().addAllPreferences(TinyRewards.PREFERENCES);
    try (Checkpoint checkpoint = Checkpoints.open(model);
        TextEncoder texts = TextEncoder.open(checkpoint)) {
      IntStream.of(texts.prompt(List.of(new ChatMessage("user", "Why?"))))
          .forEach(request::addPromptTokenIds);
      ResponseTokens.Builder response = ResponseTokens.newBuilder();
      IntStream.of(texts.response("response", "so it is")).forEach(response::addIds);
      request.addResponses(response.addIds(texts.endToken()));
    }
    assertClose(
        service
            .scoreSequences(request.setUnit(RewardUnit.REWARD_UNIT_RAW).build())
            .getRewardsList(),
        scored(scored, "raw"));
    assertClose(
        service
            .scoreSequences(request.setUnit(RewardUnit.REWARD_UNIT_NORMALISED).build())
            .getRewardsList(),
        scored(scored, "normalised"));
  }

  private RewardOptions scoringOptions() {
    return new RewardOptions(
        config.model(),
        List.of(),
        Optional.of(TinyRewards.PREFERENCES),
        new RewardOptions.Running(
            Numerics.FLOAT32, "cpu", 1, TinyRewards.CACHE_TOKENS, 48, Duration.ofSeconds(20)));
  }

  private static double[] scored(JsonNode rewards, String unit) {
    return TinyRewards.PREFERENCES.stream()
        .mapToDouble(preference -> rewards.path(preference).path(unit).asDouble())
        .toArray();
  }

  @Test
  void moreResponsesThanAreScoredAtATimeKeepTheirOrder() {
    List<Integer> one = List.of(31, 32);
    List<Integer> other = List.of(40);
    List<Double> alone =
        service.scoreSequences(responses(List.of("mean"), one, other).build()).getRewardsList();

    List<Double> many =
        service
            .scoreSequences(
                responses(List.of("mean"), other, one, one, other, one, other, one, one).build())
            .getRewardsList();

    double a = alone.get(0);
    double b = alone.get(1);
    assertThat(Math.abs(a - b)).isGreaterThan(TOLERANCE);
    assertClose(many, new double[] {b, a, a, b, a, b, a, a});
  }

  @Test
  void emptyResponseHasTheCalibrationSetsMean() {
    ScoreSequencesRequest.Builder empty = responses(TinyRewards.PREFERENCES, List.of());
    double[] means =
        TinyRewards.PREFERENCES.stream()
            .mapToDouble(preference -> model(preference).card().calibration().mean())
            .toArray();

    assertThat(service.scoreSequences(empty.build()).getRewardsList())
        .containsExactly(0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    assertThat(
            service
                .scoreSequences(empty.setUnit(RewardUnit.REWARD_UNIT_RAW).build())
                .getRewardsList())
        .containsExactlyElementsOf(Arrays.stream(means).boxed().toList());
  }

  @Test
  void answersScoreThatComesRightBehindOpen() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.send(ScoreClient.message(open(List.of("mean"))));
    stream.send(ScoreClient.message(NONE, 31, 32));

    assertThat(stream.answer().hasOpened()).isTrue();
    assertThat(stream.answer().getScores().getRewardsList())
        .isEqualTo(firstRewards(List.of("mean"), 31, 32));
    stream.complete();
  }

  @Test
  void manyAtOnceEqualOneByOne() throws InterruptedException {
    List<OpenSequence.Builder> opens =
        List.of(
            few(TinyRewards.PREFERENCES),
            few(TinyRewards.PREFERENCES).addPromptTokenIds(200),
            few(TinyRewards.PREFERENCES).addAcceptedTokenIds(31),
            few(List.of("last")).addAllPromptTokenIds(List.of(8, 9, 10, 11)));
    List<List<Double>> alone = new ArrayList<>();
    for (OpenSequence.Builder open : opens) {
      ScoreClient stream = new ScoreClient(channel);
      stream.open(open);
      alone.add(stream.score(NONE, 50, 51, 52).getRewardsList());
      stream.complete();
    }
    List<ScoreClient> together = opens.stream().map(open -> new ScoreClient(channel)).toList();
    for (int i = 0; i < opens.size(); i++) {
      together.get(i).send(ScoreClient.message(opens.get(i)));
      together.get(i).send(ScoreClient.message(NONE, 50, 51, 52));
    }
    for (int i = 0; i < opens.size(); i++) {
      assertThat(together.get(i).answer().hasOpened()).isTrue();
      assertClose(together.get(i).answer().getScores().getRewardsList(), array(alone.get(i)));
    }
  }

  @Test
  void namesPreferencesThatAreServed() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.send(ScoreClient.message(open(List.of("mean", "speed"))));

    assertFails(
        stream.failure(),
        Status.Code.NOT_FOUND,
        "open.preferences[1]: speed (expected: one of [increment, increment-clipped, last,"
            + " last-clipped, mean, mean-clipped, overflowing])");
    assertThat(
            failure(() -> service.scoreSequences(responses(List.of("speed"), List.of(1)).build()))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void refusesWhatDoesNotFitTheContext() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.send(ScoreClient.message(open(List.of("mean")).setMaxTokens(TinyRewards.CONTEXT)));

    assertFails(
        stream.failure(), Status.Code.INVALID_ARGUMENT, "open.max_tokens: 64 (expected: 1 to 59)");
  }

  @Test
  void refusesScoreAsFirstMessage() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.send(ScoreClient.message(NONE, 31));

    assertFails(
        stream.failure(),
        Status.Code.INVALID_ARGUMENT,
        "kind: score (expected: open, as the first message)");
  }

  @Test
  void freesSequenceOfStreamThatFails() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(List.of("mean")));
    stream.send(ScoreClient.message(open(List.of("mean"))));

    assertFails(
        stream.failure(),
        Status.Code.INVALID_ARGUMENT,
        "kind: open (expected: score, as the sequence is open)");
    awaitOpenSequences(0);
  }

  @Test
  void namesPreferenceAndStepOfRewardThatIsNotFinite() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(List.of("mean", TinyRewards.OVERFLOWING)));
    stream.send(ScoreClient.message(NONE, 31));

    StatusRuntimeException failure = stream.failure();
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure.getStatus().getDescription())
        .matches("preference overflowing, step 0: reward: (NaN|-?Infinity) \\(expected: finite\\)");
    StatusRuntimeException finished =
        failure(
            () ->
                service.scoreSequences(
                    responses(List.of(TinyRewards.OVERFLOWING), List.of(31)).build()));
    assertThat(finished.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(finished.getStatus().getDescription())
        .isEqualTo(failure.getStatus().getDescription());
    awaitOpenSequences(0);
    assertThat(firstRewards(List.of("mean"), 31)).hasSize(1);
  }

  @Test
  void refusesOpenWithoutRoomAndTakesItLater() throws InterruptedException {
    List<ScoreClient> holders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      holders.add(new ScoreClient(channel));
      holders.get(i).open(quarterOfTheCache());
    }
    ScoreClient late = new ScoreClient(channel);
    late.send(ScoreClient.message(open(List.of("mean"))));

    StatusRuntimeException refused = late.failure();
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(retryInfo(refused).getRetryDelay().getSeconds()).isPositive();
    StatusRuntimeException finished =
        failure(() -> service.scoreSequences(responses(List.of("mean"), List.of(31, 32)).build()));
    assertThat(finished.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

    holders.get(0).cancel();

    new ScoreClient(channel).open(quarterOfTheCache());
  }

  private static RetryInfo retryInfo(StatusRuntimeException failure) {
    return StatusProto.fromThrowable(failure).getDetailsList().stream()
        .filter(detail -> detail.is(RetryInfo.class))
        .map(
            detail -> {
              try {
                return detail.unpack(RetryInfo.class);
              } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("RetryInfo: unreadable", e);
              }
            })
        .findFirst()
        .orElseThrow();
  }

  @Test
  void freesSequenceOfClientThatCancels() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(List.of("mean")));
    assertThat(served.engine().openSequences()).isOne();
    stream.send(ScoreClient.message(NONE, 31));

    stream.cancel();

    awaitOpenSequences(0);
  }

  @Test
  void freesSequenceOfClientWhoseConnectionIsLost() throws Exception {
    CuttableProxy proxy = new CuttableProxy(address.getPort());
    ManagedChannel other = channel(proxy.port());
    new ScoreClient(other).open(open(List.of("mean")));
    assertThat(served.engine().openSequences()).isOne();

    proxy.close();

    awaitOpenSequences(0);
    other.shutdownNow();
  }

  @Test
  void endsStreamWhoseDeadlinePassesAndFreesItsRoom() throws InterruptedException {
    ScoreClient stream = new ScoreClient(withTimeout("500m"));
    stream.send(ScoreClient.message(quarterOfTheCache()));

    assertThat(stream.failure().getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    for (int i = 0; i < 4; i++) {
      new ScoreClient(channel).open(quarterOfTheCache());
    }
  }

  /** Four of these fill the cache. */
  private static OpenSequence.Builder quarterOfTheCache() {
    return open(List.of("mean")).setMaxTokens(54).setMaxCandidates(5);
  }

  @Test
  void servesClientOfTheLongestDeadline() throws InterruptedException {
    ScoreClient stream = new ScoreClient(withTimeout("99999999H"));
    stream.open(open(List.of("mean")));

    assertThat(stream.score(NONE, 31).getRewardsCount()).isOne();
    stream.complete();
  }

  /** The service alone knows of the deadline. */
  private Channel withTimeout(String timeout) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), timeout);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    ScoreSequencesRequest broken =
        ScoreSequencesRequest.newBuilder()
            .setUnknownFields(
                bytes(ScoreSequencesRequest.PREFERENCES_FIELD_NUMBER, new byte[] {(byte) 0xC3, 40}))
            .build();

    StatusRuntimeException refused = failure(() -> service.scoreSequences(broken));

    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refused.getStatus().getDescription()).startsWith("message: ").contains("UTF-8");
  }

  @Test
  void freesSequenceOfStreamWithMessageThatIsNotProtobuf() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(List.of("mean")));
    stream.send(
        ScoreRequest.newBuilder()
            .setUnknownFields(bytes(ScoreRequest.SCORE_FIELD_NUMBER, new byte[] {10, 99}))
            .build());

    StatusRuntimeException refused = stream.failure();

    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refused.getStatus().getDescription())
        .startsWith("message: ")
        .contains("panda.api.reward.v1.RewardService/Score");
    awaitOpenSequences(0);
  }

  /** Bytes that stand where a field is, whatever they are. */
  private static UnknownFieldSet bytes(int field, byte[] content) {
    return UnknownFieldSet.newBuilder()
        .addField(
            field,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(content))
                .build())
        .build();
  }

  @Test
  void refusesMessageOverTheLimit() {
    ScoreSequencesRequest large =
        ScoreSequencesRequest.newBuilder().addPreferences("a".repeat(5 << 20)).build();

    assertFails(
        failure(() -> service.scoreSequences(large)),
        Status.Code.INVALID_ARGUMENT,
        "message: 5242885 bytes (expected: at most 4194304 bytes)");
  }

  @Test
  void isHealthy() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  @Test
  void reflectsItsContract() {
    ServerReflectionResponse response =
        reflect(
            ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("panda.api.reward.v1.RewardService.Score")
                .build());

    assertThat(response.getFileDescriptorResponse().getFileDescriptorProtoList())
        .anyMatch(file -> file.toStringUtf8().contains("RewardService"));
  }

  private ServerReflectionResponse reflect(ServerReflectionRequest request) {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> call =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    call.onNext(request);
    return answer.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private RewardModel model(String preference) {
    return TinyRewards.model(Path.of(config.model()), preference);
  }

  private static void assertFails(
      StatusRuntimeException failure, Status.Code code, String description) {
    assertThat(failure.getStatus().getCode()).isEqualTo(code);
    assertThat(failure.getStatus().getDescription()).isEqualTo(description);
  }

  private static StatusRuntimeException failure(ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call);
  }

  private static void assertClose(List<Double> actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.get(i)).as("number %d", i).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static int[] concatenate(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }

  private static OpenSequence.Builder open(List<String> preferences) {
    OpenSequence.Builder open =
        OpenSequence.newBuilder()
            .addAllPreferences(preferences)
            .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
            .setMaxTokens(20)
            .setMaxCandidates(40);
    IntStream.of(PROMPT).forEach(open::addPromptTokenIds);
    return open;
  }

  /** So small that four fit into the cache. */
  private static OpenSequence.Builder few(List<String> preferences) {
    return open(preferences).setMaxCandidates(3);
  }

  @SafeVarargs
  private static ScoreSequencesRequest.Builder responses(
      List<String> preferences, List<Integer>... responses) {
    ScoreSequencesRequest.Builder request =
        ScoreSequencesRequest.newBuilder()
            .addAllPreferences(preferences)
            .setUnit(RewardUnit.REWARD_UNIT_NORMALISED);
    IntStream.of(PROMPT).forEach(request::addPromptTokenIds);
    for (List<Integer> response : responses) {
      request.addResponses(ResponseTokens.newBuilder().addAllIds(response));
    }
    return request;
  }
}
