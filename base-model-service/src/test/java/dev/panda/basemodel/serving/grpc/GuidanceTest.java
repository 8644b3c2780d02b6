package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.api.basemodel.v1.Guidance;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.reward.v1.Pooling;
import dev.panda.api.reward.v1.Preference;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.basemodel.serving.config.BaseModelConfig;
import dev.panda.basemodel.testing.DecodeClient;
import dev.panda.basemodel.testing.TinyModel;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.testing.PlainRewards;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rewards from the model's own pass, compared with plain loops over whole passes. */
@QuarkusTest
@QuarkusTestResource(TinyModel.class)
@Timeout(60)
class GuidanceTest extends BaseModelServiceCase {
  private static final double TOLERANCE = 1e-4;
  private static final int K = 6;
  private static final int MAX_TOKENS = 7;

  @Inject BaseModelConfig config;

  @Test
  void describesWhatItHolds() {
    GetModelResponse described = service.getModel(GetModelRequest.getDefaultInstance());

    assertThat(described.getPreferencesList())
        .extracting(Preference::getName)
        .isEqualTo(TinyModel.PREFERENCES);
    assertThat(described.getMaxPreferences()).isEqualTo(16);
    Preference increment = described.getPreferences(0);
    assertThat(increment.getPooling()).isEqualTo(Pooling.POOLING_INCREMENT);
    assertThat(increment.getLayer()).isOne();
    assertThat(increment.getClip().getHigh()).isEqualTo(2);
    assertThat(increment.getDefaultStrength()).isEqualTo(1.5);
    assertThat(described.getPreferences(1).hasClip()).isFalse();
  }

  /** Random tokens are accepted, candidates and others, and rows that cannot win are left out. */
  @RepeatedTest(4)
  void rewardsEqualThoseOfWholePasses() throws InterruptedException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int[] prompt = random.ints(1 + random.nextInt(9), 3, TinyModel.VOCABULARY).toArray();
    List<Integer> response = new ArrayList<>();
    double[] limits = {Double.POSITIVE_INFINITY, 0.5, 0};
    try (PlainRewards plain = new PlainRewards(Path.of(config.model()))) {
      DecodeClient stream = new DecodeClient(channel);
      DecodeResponse answer = stream.open(guided(prompt));
      check(plain, prompt, response, answer, Double.POSITIVE_INFINITY, seed);
      while (response.size() < MAX_TOKENS) {
        boolean candidate = random.nextInt(3) > 0;
        response.add(
            candidate
                ? answer.getCandidateIds(random.nextInt(K))
                : random.nextInt(TinyModel.VOCABULARY));
        double limit = limits[random.nextInt(limits.length)];
        answer = stream.accept(response.get(response.size() - 1), limit);
        check(plain, prompt, response, answer, limit, seed);
      }
      stream.halfClose();
      assertThat(stream.end().isOk()).isTrue();
    }
  }

  private static OpenSequence.Builder guided(int... prompt) {
    OpenSequence.Builder open =
        OpenSequence.newBuilder()
            .setK(K)
            .setMaxTokens(MAX_TOKENS)
            .setGuidance(
                Guidance.newBuilder()
                    .addAllPreferences(TinyModel.PREFERENCES)
                    .setUnit(RewardUnit.REWARD_UNIT_NORMALISED));
    IntStream.of(prompt).forEach(id -> open.getPromptBuilder().getTokensBuilder().addIds(id));
    return open;
  }

  private void check(
      PlainRewards plain,
      int[] prompt,
      List<Integer> response,
      DecodeResponse answer,
      double limit,
      long seed) {
    int preferences = TinyModel.PREFERENCES.size();
    int scored = answer.getRewards().getCandidatesCount() / preferences;
    assertThat(scored).as("scored, seed %d", seed).isEqualTo(expected(answer, limit, response));
    int[] so = response.stream().mapToInt(Integer::intValue).toArray();
    for (int j = 0; j < preferences; j++) {
      RewardModel of = model.rewards().get(j);
      for (int z = 0; z < scored; z++) {
        int[] longer = IntStream.concat(IntStream.of(so), one(answer, z)).toArray();
        assertThat(answer.getRewards().getCandidates(z * preferences + j))
            .as("%s of candidate %d, seed %d", of.card().preference(), z, seed)
            .isCloseTo(plain.normalised(of, prompt, longer), within(TOLERANCE));
      }
      assertThat(answer.getRewards().getRunningSums(j))
          .isCloseTo(plain.runningSum(of, prompt, so), within(TOLERANCE));
    }
  }

  private static IntStream one(DecodeResponse answer, int z) {
    return IntStream.of(answer.getCandidateIds(z));
  }

  private static int expected(DecodeResponse answer, double limit, List<Integer> response) {
    if (response.size() == MAX_TOKENS) {
      return 0;
    }
    List<Float> logs = answer.getLogProbabilitiesList();
    int count = (int) logs.stream().filter(log -> (double) logs.get(0) - log <= limit).count();
    return count == 1 ? 0 : count;
  }
}
