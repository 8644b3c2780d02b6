package dev.panda.orchestrator.serving.client;

import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Message;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.api.basemodel.v1.StepRewards;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.api.reward.v1.ScoreSequencesResponse;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.port.Acceptance;
import dev.panda.orchestrator.serving.port.Ahead;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.Guidance;
import dev.panda.orchestrator.serving.port.RewardRequest;
import dev.panda.orchestrator.serving.port.RewardStream;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.testing.Breach;
import dev.panda.orchestrator.testing.FakeBaseModel;
import dev.panda.orchestrator.testing.FakeRewards;
import dev.panda.orchestrator.testing.FakeService;
import dev.panda.orchestrator.testing.Mutations;
import dev.panda.orchestrator.testing.Mutations.Mutation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that break a contract, in every way that their messages allow: each is a breach that
 * names service and field, and leaves nothing open.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrokenContractTest {
  private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofHours(1), Duration.ofHours(1));
  private static final int[] PROMPT = {5, 6};
  private static final List<String> NAMES = List.of("kind", "brief");

  /** Changes of a base model's description that keep the contract. */
  private static final List<String> FREE =
      List.of(
          "id: empty",
          "vocabulary_size: 41",
          "vocabulary_size: 2147483647",
          "end_token_ids: one less",
          "end_token_ids: one more",
          "end_token_ids: none",
          "end_token_ids: 3",
          "context_length: 4097",
          "context_length: 2147483647",
          "max_candidates: 17",
          "max_candidates: 2147483647",
          "has_chat_template: true",
          "numerics: empty",
          "layers: 1",
          "layers: -1",
          "layers: 2147483647",
          "hidden_size: 1",
          "hidden_size: -1",
          "hidden_size: 2147483647",
          "max_draft: 1",
          "max_draft: 2147483647",
          "max_foreseen: 1",
          "max_foreseen: 2147483647");

  /** Changes of a step and of those behind a draft that keep the contract. */
  private static final List<String> HARMLESS =
      List.of(
          "candidate_ids: 7",
          "candidate_bytes: other",
          "cached_prompt_tokens: 1",
          "drafted_steps.cached_prompt_tokens: 1",
          "drafted_steps.candidate_bytes: other",
          "drafted_steps.candidate_ids: 7",
          "drafted_steps: none",
          "drafted_steps: one less");

  private static String[] with(List<String> some, String... others) {
    return Stream.concat(some.stream(), Stream.of(others)).toArray(String[]::new);
  }

  private Optional<Guidance> guidance = Optional.empty();
  private double within = Double.POSITIVE_INFINITY;
  private final FakeBaseModel base = new FakeBaseModel();
  private final FakeRewards rewards = new FakeRewards("kind", "brief");
  private final BaseModelClient baseClient = new BaseModelClient(base.address(), TIMEOUTS);
  private final RewardClient rewardClient = new RewardClient(rewards.address(), TIMEOUTS);

  @AfterEach
  void close() {
    baseClient.close();
    rewardClient.close();
    base.close();
    rewards.close();
  }

  @Test
  void acknowledgementsOfAReservation() throws Exception {
    breakEach(
        DecodeResponse.class,
        answer -> answer.getPromptTokenIdsCount() > 0,
        this::decode,
        "candidate_bytes: one",
        "log_probabilities: one",
        "logits: one",
        "entropy: NaN",
        "entropy: Infinity",
        "entropy: -Infinity",
        "rewards: set",
        "cached_prompt_tokens: 1",
        "cached_prompt_tokens: -1",
        "cached_prompt_tokens: 2147483647");
  }

  @Test
  void candidatesOfTheFirstStep() throws Exception {
    breakEach(
        DecodeResponse.class,
        answer -> answer.getStep() == 0 && answer.getCandidateIdsCount() > 0,
        this::decode,
        "candidate_ids: 7",
        "candidate_bytes: other",
        "rewards: set",
        "cached_prompt_tokens: 1");
  }

  @Test
  void candidatesOfALaterStep() throws Exception {
    breakEach(
        DecodeResponse.class,
        answer -> answer.getStep() == 1,
        this::decode,
        with(HARMLESS, "rewards: set", "drafted_steps.rewards: set"));
  }

  @Test
  void candidatesThatAreLikelierThanCertain() {
    base.breach(
        answer ->
            answer instanceof DecodeResponse step && step.getCandidateIdsCount() > 0
                ? step.toBuilder().setLogProbabilities(0, 0.1f).build()
                : answer);

    assertBreach(catchThrowable(this::decode), base, "log_probabilities[0]");
  }

  @ParameterizedTest
  @ValueSource(floats = {-1, 3.8f})
  void entropyThatNoDistributionHas(float entropy) {
    base.breach(
        answer ->
            answer instanceof DecodeResponse step && step.getCandidateIdsCount() > 0
                ? step.toBuilder().setEntropy(entropy).build()
                : answer);

    assertBreach(catchThrowable(this::decode), base, "entropy");
  }

  @Test
  void openedSequences() throws Exception {
    breakEach(ScoreResponse.class, ScoreResponse::hasOpened, this::score);
  }

  @Test
  void rewardsOfAStep() throws Exception {
    breakEach(ScoreResponse.class, ScoreResponse::hasScores, this::score);
  }

  @Test
  void rewardsOfFinishedResponses() throws Exception {
    breakEach(
        ScoreSequencesResponse.class,
        answer -> true,
        () ->
            rewardClient.scoreSequences(
                PROMPT, List.of(new int[] {7}, new int[] {8}), NAMES, RewardUnit.NORMALISED));
  }

  @Test
  void descriptionsOfTheBaseModel() throws Exception {
    breakEach(
        GetModelResponse.class,
        answer -> true,
        baseClient::describe,
        with(FREE, "max_preferences: 1", "max_preferences: -1", "max_preferences: 2147483647"));
  }

  @Test
  void descriptionsOfPreferencesThatTheBaseModelsServiceHolds() throws Exception {
    base.hold("kind", "brief");
    breakEach(
        GetModelResponse.class,
        answer -> true,
        baseClient::describe,
        with(
            FREE,
            "max_preferences: 3",
            "max_preferences: 2147483647",
            "preferences: one less",
            "preferences: none",
            "preferences.description: empty",
            "preferences.layer: 1",
            "preferences.layer: -1",
            "preferences.layer: 2147483647",
            "preferences.clip: set",
            "preferences.token_head: true"));
  }

  @Test
  void rewardsBesideCandidates() throws Exception {
    base.hold("kind", "brief");
    guidance = Optional.of(new Guidance(NAMES, RewardUnit.NORMALISED, false));
    breakEach(
        DecodeResponse.class,
        answer -> answer.getStep() == 1,
        this::decode,
        HARMLESS.toArray(String[]::new));
  }

  @Test
  void rewardsAreMissingOfNoneThatCanWin() {
    guidance = Optional.of(new Guidance(NAMES, RewardUnit.NORMALISED, false));
    within = 1;
    base.breach(answer -> withRewards(answer, 2));
    decode();
    base.breach(answer -> withRewards(answer, 1));
    assertBreach(catchThrowable(this::decode), base, "rewards.candidates");
    within = 0.5;
    base.breach(answer -> withRewards(answer, 0)); // only one can win
    decode();
  }

  @Test
  void rewardsOfFurtherCandidates() throws Exception {
    guidance = Optional.of(new Guidance(NAMES, RewardUnit.NORMALISED, true));
    breakEach(
        DecodeResponse.class,
        answer -> answer.getCandidateIdsCount() == 0 && answer.hasRewards(),
        this::readFurther,
        "candidate_bytes: one",
        "log_probabilities: one",
        "logits: one",
        "entropy: NaN",
        "entropy: Infinity",
        "entropy: -Infinity",
        "prompt_token_ids: one",
        "cached_prompt_tokens: 1",
        "cached_prompt_tokens: -1",
        "cached_prompt_tokens: 2147483647");
  }

  private void readFurther() {
    try (CandidateStream stream =
        baseClient.open(
            new CandidateRequest(
                PROMPT,
                new int[0],
                4,
                9,
                false,
                FakeService.VOCABULARY,
                true,
                guidance,
                within,
                Ahead.NOTHING))) {
      stream.awaitOpened();
      stream.candidates();
      stream.further(0, 4);
    }
  }

  /** Leaves the rewards of that many first candidates. */
  private static Message withRewards(Message answer, int candidates) {
    if (!(answer instanceof DecodeResponse step) || step.getCandidateIdsCount() == 0) {
      return answer;
    }
    List<Double> first =
        step.getRewards().getCandidatesList().subList(0, candidates * NAMES.size());
    StepRewards.Builder fewer =
        step.getRewards().toBuilder().clearCandidates().addAllCandidates(first);
    return step.toBuilder().setRewards(fewer).build();
  }

  @Test
  void descriptionsOfPreferences() throws Exception {
    breakEach(
        ListPreferencesResponse.class,
        answer -> true,
        () -> rewardClient.describe().join(),
        "backbone_id: empty",
        "vocabulary_size: 1",
        "vocabulary_size: -1",
        "vocabulary_size: 2147483647",
        "context_length: 4097",
        "context_length: 2147483647",
        "max_candidates: 17",
        "max_candidates: 2147483647",
        "max_preferences: 9",
        "max_preferences: 2147483647",
        "max_responses: 6",
        "max_responses: 2147483647",
        "preferences: one less",
        "preferences: none",
        "preferences.description: empty",
        "preferences.layer: 1",
        "preferences.layer: -1",
        "preferences.layer: 2147483647",
        "preferences.clip: set",
        "preferences.token_head: true");
  }

  @Test
  void clipsThatAreNoIntervals() {
    for (double[] ends :
        new double[][] {
          {1, 0}, {Double.NaN, 1}, {0, Double.NaN}, {0, POSITIVE_INFINITY}, {NEGATIVE_INFINITY, 0}
        }) {
      rewards.breach(
          answer -> {
            ListPreferencesResponse.Builder listing =
                ((ListPreferencesResponse) answer).toBuilder();
            listing.getPreferencesBuilder(0).getClipBuilder().setLow(ends[0]).setHigh(ends[1]);
            return listing.build();
          });

      assertBreach(
          catchThrowable(() -> rewardClient.describe().join()), rewards, "preferences[0].clip");
    }
  }

  private void decode() {
    CandidateRequest request =
        new CandidateRequest(
            PROMPT,
            new int[0],
            4,
            9,
            false,
            FakeService.VOCABULARY,
            true,
            guidance,
            within,
            Ahead.NOTHING);
    try (CandidateStream stream = baseClient.open(request)) {
      stream.awaitOpened();
      int first = stream.candidates().candidates().ids()[0];
      stream.accept(new Acceptance(0, first, within, new int[] {5}));
      stream.candidates();
    }
  }

  private void score() {
    RewardRequest request =
        new RewardRequest(PROMPT, new int[] {9}, NAMES, RewardUnit.NORMALISED, 9, 4);
    try (RewardStream stream = rewardClient.open(request)) {
      stream.awaitOpened();
      stream.ask(new int[] {3}, new int[] {4, 5});
      stream.rewards();
    }
  }

  /**
   * Breaks one kind of answer in every way, one after the other.
   *
   * @param which tells which of the answers of that kind is broken
   * @param legal the changes that keep the contract
   */
  private <M extends Message> void breakEach(
      Class<M> kind, Predicate<M> which, Runnable call, String... legal) throws Exception {
    FakeService service = kind.getPackageName().contains("reward") ? rewards : base;
    Set<String> passed = new TreeSet<>();
    for (Mutation mutation : Mutations.of(recorded(kind, which, call))) {
      breakAnswers(answer -> matches(answer, kind, which) ? mutation.message() : answer);
      Throwable failure = catchThrowable(call::run);
      if (failure == null) {
        passed.add(mutation.toString());
      } else {
        assertBreach(failure, service, mutation.leaf());
      }
      base.awaitNoneOpen();
      rewards.awaitNoneOpen();
    }
    assertThat(passed).containsExactlyInAnyOrder(legal);
  }

  private <M extends Message> M recorded(Class<M> kind, Predicate<M> which, Runnable call) {
    AtomicReference<Message> recorded = new AtomicReference<>();
    breakAnswers(
        answer -> {
          if (matches(answer, kind, which)) {
            recorded.set(answer);
          }
          return answer;
        });
    call.run();
    return kind.cast(recorded.get());
  }

  private static <M extends Message> boolean matches(
      Message answer, Class<M> kind, Predicate<M> which) {
    return kind.isInstance(answer) && which.test(kind.cast(answer));
  }

  private void breakAnswers(Breach breach) {
    base.breach(breach);
    rewards.breach(breach);
  }

  private static void assertBreach(Throwable thrown, FakeService service, String field) {
    Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    assertThat(failure).as(field).isInstanceOf(ServiceException.class);
    assertThat(((ServiceException) failure).kind()).isEqualTo(ServiceException.Kind.BREACH);
    assertThat(failure).hasMessageContaining("service at " + service.address());
    String named = ((ServiceException) failure).details().metadata().get("field");
    boolean kind = named.equals("kind") && (field.equals("opened") || field.equals("scores"));
    assertThat(kind || named.contains(field)).as("%s: %s", field, failure.getMessage()).isTrue();
  }
}
