package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.reward.serving.model.RewardOptions;
import dev.panda.reward.testing.ScoreClient;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.scoring.Scoring;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.testing.PlainRewards;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@QuarkusTestResource(TinyRewards.class)
@Timeout(60)
class RewardServiceScoresTest extends RewardServiceCase {
  /** Float32 on either side, in sums of different order; rewards are of the order of 1. */
  private static final double TOLERANCE = 2e-4;

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
            BatchProgress.Display.NONE,
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
        Optional.empty(),
        List.of(),
        Optional.of(TinyRewards.PREFERENCES),
        false,
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

  /** So small that four fit into the cache. */
  private static OpenSequence.Builder few(List<String> preferences) {
    return open(preferences).setMaxCandidates(3);
  }
}
