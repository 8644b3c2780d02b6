package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.api.reward.v1.ScoreSequencesResponse;
import dev.panda.orchestrator.serving.client.BaseModelClient;
import dev.panda.orchestrator.serving.client.RewardClient;
import dev.panda.orchestrator.serving.client.Timeouts;
import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Sampling;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.testing.FakeBaseModel;
import dev.panda.orchestrator.testing.FakeRewards;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Generations between services that have little room, or misbehave. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GeneratorTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final int MAX_TOKENS = 3;

  private final FakeBaseModel base = new FakeBaseModel();
  private final FakeRewards rewards = new FakeRewards("kind", "brief");
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<AutoCloseable> toClose =
      new ArrayList<>(List.<AutoCloseable>of(base, rewards, threads::shutdownNow));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  private Generator generator(Duration patience, FakeRewards... services) {
    Timeouts timeouts = new Timeouts(LONG, LONG);
    BaseModelClient baseClient = new BaseModelClient(base.address(), timeouts);
    List<RewardClient> clients =
        Stream.of(services).map(each -> new RewardClient(each.address(), timeouts)).toList();
    toClose.add(baseClient);
    toClose.addAll(clients);
    return new Generator(baseClient, clients, 8, new Patience(patience, LONG));
  }

  private Outcome generate(Generator generator, GenerationRequest request) {
    return generator.generate(request, token -> {}, threads);
  }

  private static GenerationRequest request(
      DecodingMethod method, int responses, String... preferences) {
    return new GenerationRequest(
        new Prompt.Tokens(new int[] {5}),
        Arrays.stream(preferences).map(name -> new NamedWeight(name, 1)).toList(),
        method,
        List.of(),
        Optional.empty(),
        BaseScore.LOG_PROBABILITY,
        RewardUnit.NORMALISED,
        Optional.of(4),
        MAX_TOKENS,
        List.of(),
        7,
        new Sampling(1, 1, responses),
        1,
        false,
        true,
        Optional.of(new Drafting(Optional.empty())));
  }

  @Test
  void withoutRewardServicesAnswersFollowNoPreference() {
    Generator generator = generator(Duration.ZERO);

    assertThat(generate(generator, request(DecodingMethod.GREEDY, 1)).response().tokenIds())
        .hasSize(MAX_TOKENS);
    RefusedException refusal =
        catchThrowableOfType(
            RefusedException.class,
            () -> generate(generator, request(DecodingMethod.PANDA, 1, "kind")));
    assertThat(refusal.reason()).isEqualTo(Reason.PREFERENCE_NOT_SERVED);
    assertThat(refusal)
        .hasMessageStartingWith("preferences[0].name: kind (expected: no preference, as no reward")
        .hasMessageContaining("train-reward");
  }

  @Test
  void siblingsThatDoNotFitRunLater() {
    base.room(3);

    Outcome outcome =
        generate(generator(Duration.ZERO, rewards), request(DecodingMethod.BEST_OF_N, 12, "kind"));

    assertThat(outcome.work().tokens()).isEqualTo(12 * MAX_TOKENS);
    assertThat(base.events()).filteredOn("open"::equals).hasSize(12);
  }

  @Test
  void finishedResponsesOutliveARefusalForLackOfRoom() {
    rewards.refuse(3);

    Outcome outcome =
        generate(generator(Duration.ZERO, rewards), request(DecodingMethod.BEST_OF_N, 2, "kind"));

    assertThat(outcome.reward()).isPresent();
    assertThat(rewards.events()).filteredOn("refused"::equals).hasSize(3);
  }

  @Test
  void asksForNoMoreFinishedResponsesAtATimeThanTheServiceTakes() {
    int responses = 2 * FakeRewards.MAX_RESPONSES + 1;

    Outcome outcome =
        generate(
            generator(Duration.ZERO, rewards),
            request(DecodingMethod.BEST_OF_N, responses, "kind", "brief"));

    assertThat(outcome.response().rewards()).containsExactly(0.01, 0.01);
    assertThat(rewards.events()).filteredOn("open"::equals).hasSize(3);
  }

  @Test
  void siblingsFailWhereNoneFits() {
    base.room(0);

    ServiceException failure =
        catchThrowableOfType(
            ServiceException.class,
            () ->
                generate(
                    generator(Duration.ZERO, rewards),
                    request(DecodingMethod.BEST_OF_N, 12, "kind")));

    assertThat(failure.lacksRoom()).isTrue();
    assertThat(base.events()).containsOnly("refused").hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void givesRoomBackWhereTheOtherServiceHasNoneAndTriesAgain() throws Exception {
    rewards.refuse(2);

    Outcome outcome = generate(generator(LONG, rewards), request(DecodingMethod.PANDA, 1, "kind"));

    assertThat(outcome.work().tokens()).isEqualTo(MAX_TOKENS);
    base.awaitNoneOpen();
    assertThat(base.events()).containsExactly("open", "closed", "open", "closed", "open", "closed");
  }

  @Test
  void takesNoRoomAtTheRewardServiceBeforeItHasSomeAtTheBaseService() {
    base.refuse(1);

    ServiceException failure =
        catchThrowableOfType(
            ServiceException.class,
            () ->
                generate(
                    generator(Duration.ZERO, rewards), request(DecodingMethod.PANDA, 1, "kind")));

    assertThat(failure.getMessage()).contains("base-model service").contains("no room");
    assertThat(rewards.events()).isEmpty();
  }

  @Test
  void refusesServicesOfDifferentTokenizersAndNamesBoth() {
    base.fingerprint("digits");

    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class,
            () -> generate(generator(LONG, rewards), request(DecodingMethod.PANDA, 1, "kind")));

    assertThat(refused.reason()).isEqualTo(Reason.TOKENIZERS_DIFFER);
    assertThat(refused.getMessage()).contains("kind", "letters", "digits");
  }

  @Test
  void rewardThatIsNotANumberEndsTheGenerationAndIsNamed() throws Exception {
    rewards.reward(Double.NaN);

    ServiceException failure =
        catchThrowableOfType(
            ServiceException.class,
            () -> generate(generator(LONG, rewards), request(DecodingMethod.PANDA, 1, "kind")));

    assertThat(failure.kind()).isEqualTo(ServiceException.Kind.BREACH);
    assertThat(failure.getMessage()).contains(rewards.address(), "kind", "step 0", "NaN");
    base.awaitNoneOpen();
    rewards.awaitNoneOpen();
  }

  @Test
  void warnsOfAPreferenceThatDoesNotTellCandidatesApart() {
    FakeRewards constant = new FakeRewards("calm");
    toClose.add(constant);
    constant.reward(0);

    Outcome outcome =
        generate(
            generator(LONG, rewards, constant), request(DecodingMethod.PANDA, 1, "kind", "calm"));

    assertThat(outcome.warnings())
        .containsExactly(
            "preference calm: one reward for all candidates in every step (expected: different"
                + " ones); it did not steer the response");
  }

  @Test
  void warnsOfAPreferenceThatDoesNotTellResponsesApart() {
    FakeRewards constant = new FakeRewards("calm");
    toClose.add(constant);
    rewards.breach(GeneratorTest::rising);
    Generator generator = generator(LONG, rewards, constant);

    assertThat(generate(generator, request(DecodingMethod.BEST_OF_N, 4, "kind", "calm")).warnings())
        .containsExactly(
            "preference calm: one reward for all responses (expected: different ones); it had no"
                + " part in the choice");
    assertThat(generate(generator, request(DecodingMethod.BEST_OF_N, 1, "calm")).warnings())
        .isEmpty();
    assertThat(generate(generator, request(DecodingMethod.GREEDY, 1, "calm")).warnings()).isEmpty();
  }

  /** Gives each whole response a reward of its own. */
  private static Message rising(Message answer) {
    if (!(answer instanceof ScoreSequencesResponse scores)) {
      return answer;
    }
    ScoreSequencesResponse.Builder rising = ScoreSequencesResponse.newBuilder();
    for (int i = 0; i < scores.getRewardsCount(); i++) {
      rising.addRewards(i);
    }
    return rising.build();
  }

  @Test
  void responsesThatWaitForNoRewardsHaveAConnectionOfTheirOwn() {
    Generator generator = generator(LONG, rewards);
    generate(generator, request(DecodingMethod.PANDA, 1, "kind"));
    Set<Object> guided = base.connectionsOf("Decode");
    for (DecodingMethod method : List.of(DecodingMethod.PANDA, DecodingMethod.PANDA_STOCHASTIC)) {
      generate(generator, request(method, 1, "kind"));
    }
    assertThat(base.connectionsOf("Decode")).isEqualTo(guided).hasSize(1);

    generate(generator, request(DecodingMethod.GREEDY, 1));
    generate(generator, request(DecodingMethod.BEST_OF_N, 2, "kind"));

    assertThat(base.connectionsOf("Decode")).hasSize(2);
  }

  @Test
  void refusesMorePreferencesThanAServiceTakes() {
    rewards.maxPreferences(1);

    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class,
            () ->
                generate(
                    generator(LONG, rewards), request(DecodingMethod.PANDA, 1, "kind", "brief")));

    assertThat(refused.field()).isEqualTo("preferences");
    assertThat(refused.expected()).startsWith("at most 1");
  }

  @Test
  void serviceThatIsNotNeededMayBeDown() {
    FakeRewards down = new FakeRewards("calm");
    toClose.add(down);
    down.goDown();
    Generator generator = generator(LONG, down, rewards);

    assertThat(generate(generator, request(DecodingMethod.PANDA, 1, "kind")).work().tokens())
        .isEqualTo(MAX_TOKENS);
    ServiceException failure =
        catchThrowableOfType(
            ServiceException.class,
            () -> generate(generator, request(DecodingMethod.PANDA, 1, "calm")));
    assertThat(failure.getMessage()).contains("reward service at " + down.address());
  }

  @Test
  void rewardOfAResponseIsReadWhereItsCandidatesAreEstimated() {
    assertThat(panda().rewards()).hasSize(1).doesNotContain(FakeRewards.responseReward("kind"));

    rewards.estimate();

    assertThat(panda().rewards()).containsExactly(FakeRewards.responseReward("kind"));
  }

  @Test
  void rewardsOfAResponseAreInTheOrderOfItsPreferences() {
    FakeRewards other = new FakeRewards("calm");
    toClose.add(other);
    rewards.estimate();
    other.estimate();

    Outcome outcome =
        generate(
            generator(LONG, rewards, other),
            request(DecodingMethod.PANDA, 1, "brief", "calm", "kind"));

    assertThat(outcome.response().rewards())
        .containsExactly(
            FakeRewards.responseReward("brief"),
            FakeRewards.responseReward("calm"),
            FakeRewards.responseReward("kind"));
  }

  private Response panda() {
    return generate(generator(LONG, rewards), request(DecodingMethod.PANDA, 1, "kind")).response();
  }

  @Test
  void keepsNoCandidatesThatAreNotAskedFor() {
    Outcome outcome = generate(generator(LONG, rewards), request(DecodingMethod.PANDA, 1, "kind"));

    assertThat(outcome.response().tokens()).allSatisfy(token -> assertThat(token.step()).isEmpty());
  }
}
