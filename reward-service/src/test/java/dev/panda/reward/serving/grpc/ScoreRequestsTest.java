package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.ScoreCandidates;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.transformer.reward.ScoreUnit;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScoreRequestsTest {
  private static final dev.panda.api.reward.v1.RewardUnit NORMALISED =
      dev.panda.api.reward.v1.RewardUnit.REWARD_UNIT_NORMALISED;
  private static final dev.panda.api.reward.v1.RewardUnit RAW =
      dev.panda.api.reward.v1.RewardUnit.REWARD_UNIT_RAW;
  private static final dev.panda.api.reward.v1.RewardUnit UNSPECIFIED =
      dev.panda.api.reward.v1.RewardUnit.REWARD_UNIT_UNSPECIFIED;

  /** 32 tokens, a context of 20, a cache of 22, 8 candidates, 2 preferences, 3 responses. */
  private final ScoreRequests requests =
      new ScoreRequests(List.of("brevity", "kindness", "wit"), new Limits(32, 20, 22, 8, 2, 3));

  @Test
  void takesOpenWithinItsBounds() {
    ValidOpen open =
        requests.open(
            open()
                .clearPreferences()
                .addPreferences("wit")
                .addPreferences("brevity")
                .addAcceptedTokenIds(31)
                .build());

    assertThat(open.prompt()).containsExactly(5, 0);
    assertThat(open.accepted()).containsExactly(31);
    assertThat(open.preferences()).containsExactly(2, 0);
    assertThat(open.unit()).isEqualTo(ScoreUnit.NORMALISED);
    assertThat(open.sequenceTokens()).isEqualTo(2 + 4);
    assertThat(open.maxCandidates()).isEqualTo(3);
    assertThat(requests.open(open().setUnit(RAW).build()).unit()).isEqualTo(ScoreUnit.RAW);
  }

  static Stream<Arguments> opensOutOfBounds() {
    return Stream.of(
        Arguments.of(open().setMaxCandidates(0), "open.max_candidates", "1 to 8"),
        Arguments.of(open().setMaxCandidates(-1), "open.max_candidates", "1 to 8"),
        Arguments.of(open().setMaxCandidates(9), "open.max_candidates", "1 to 8"),
        Arguments.of(open().clearPreferences(), "open.preferences", "1 to 2"),
        Arguments.of(
            open().addPreferences("wit").addPreferences("brevity"), "open.preferences", "1 to 2"),
        Arguments.of(open().addPreferences("kindness"), "open.preferences[1]", "all different"),
        Arguments.of(
            open().setUnit(UNSPECIFIED), "open.unit", "REWARD_UNIT_NORMALISED or REWARD_UNIT_RAW"),
        Arguments.of(
            open().setUnitValue(77), "open.unit", "REWARD_UNIT_NORMALISED or REWARD_UNIT_RAW"),
        Arguments.of(open().clearPromptTokenIds(), "open.prompt_token_ids", "at least one token"),
        Arguments.of(open().addPromptTokenIds(-1), "open.prompt_token_ids[2]", "0 to 31"),
        Arguments.of(open().addPromptTokenIds(32), "open.prompt_token_ids[2]", "0 to 31"),
        Arguments.of(
            open().addAllPromptTokenIds(tokens(17)), "open.prompt_token_ids", "at most 18"),
        Arguments.of(
            open().setMaxCandidates(1).addAllPromptTokenIds(tokens(18)),
            "open.prompt_token_ids",
            "at most 19"),
        Arguments.of(open().setMaxTokens(0), "open.max_tokens", "1 to 17"),
        Arguments.of(open().setMaxTokens(-5), "open.max_tokens", "1 to 17"),
        Arguments.of(open().setMaxTokens(18), "open.max_tokens", "1 to 17"),
        Arguments.of(open().setMaxTokens(Integer.MAX_VALUE), "open.max_tokens", "1 to 17"),
        Arguments.of(open().addAcceptedTokenIds(32), "open.accepted_token_ids[0]", "0 to 31"),
        Arguments.of(
            open().addAllAcceptedTokenIds(tokens(5)), "open.accepted_token_ids", "at most 4"),
        // the length counts before any id
        Arguments.of(open().addAllPromptTokenIds(wrong(17)), "open.prompt_token_ids", "at most 18"),
        Arguments.of(
            open().addAllAcceptedTokenIds(wrong(5)), "open.accepted_token_ids", "at most 4"));
  }

  @ParameterizedTest
  @MethodSource("opensOutOfBounds")
  void refusesOpenOutOfItsBounds(OpenSequence.Builder open, String field, String expected) {
    assertRefused(() -> requests.open(open.build()), field, expected);
  }

  @Test
  void opensAsMuchAsTheCacheHolds() {
    OpenSequence.Builder open = open().setMaxTokens(17).addAllAcceptedTokenIds(tokens(17));

    assertThat(requests.open(open.build()).sequenceTokens() + 3).isEqualTo(22);
  }

  @Test
  void namesPreferencesThatAreServed() {
    OpenSequence open = open().addPreferences("speed").build();

    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> requests.open(open));

    assertThat(refused.reason()).isEqualTo(Reason.PREFERENCE_NOT_SERVED);
    assertThat(refused)
        .hasMessage("open.preferences[1]: speed (expected: one of [brevity, kindness, wit])");
  }

  @Test
  void takesStepUpToTheResponsesLength() {
    ValidOpen open = requests.open(open().build());

    ValidStep step = requests.step(score(List.of(1, 2), List.of(31, 0, 9)), open, 1);

    assertThat(step.accepted()).containsExactly(1, 2);
    assertThat(step.candidates()).containsExactly(31, 0, 9);
    assertThat(requests.step(score(tokens(3), List.of()), open, 1).accepted()).hasSize(3);
  }

  static Stream<Arguments> stepsOutOfBounds() {
    return Stream.of(
        Arguments.of(score(List.of(-1), List.of()), "score.accepted_token_ids[0]", "0 to 31"),
        Arguments.of(score(List.of(3, 32), List.of()), "score.accepted_token_ids[1]", "0 to 31"),
        Arguments.of(score(tokens(4), List.of()), "score.accepted_token_ids", "at most 3"),
        Arguments.of(score(wrong(4), List.of()), "score.accepted_token_ids", "at most 3"),
        Arguments.of(score(wrong(3), wrong(4)), "score.candidate_ids", "at most 3"),
        Arguments.of(score(List.of(), List.of(32)), "score.candidate_ids[0]", "0 to 31"),
        Arguments.of(score(List.of(), List.of(1, -1)), "score.candidate_ids[1]", "0 to 31"),
        Arguments.of(score(List.of(), List.of(1, 2, 3, 4)), "score.candidate_ids", "at most 3"),
        Arguments.of(score(List.of(), List.of(1, 2, 1)), "score.candidate_ids[2]", "all different"),
        Arguments.of(
            score(tokens(3), List.of(1)),
            "score.candidate_ids",
            "none after open.max_tokens, 4, accepted tokens"));
  }

  @ParameterizedTest
  @MethodSource("stepsOutOfBounds")
  void refusesStepOutOfItsBounds(ScoreCandidates score, String field, String expected) {
    ValidOpen open = requests.open(open().build());

    assertRefused(() -> requests.step(score, open, 1), field, expected);
  }

  @Test
  void takesResponsesWithinTheirBounds() {
    ValidResponses valid =
        requests.responses(
            responses()
                .addResponses(tokensOf(List.of()))
                .addResponses(tokensOf(tokens(18)))
                .build());

    assertThat(valid.prompt()).containsExactly(5, 0);
    assertThat(valid.preferences()).containsExactly(1);
    assertThat(valid.unit()).isEqualTo(ScoreUnit.RAW);
    assertThat(valid.responses()).extracting(response -> response.length).containsExactly(2, 0, 18);
  }

  static Stream<Arguments> responsesOutOfBounds() {
    return Stream.of(
        Arguments.of(responses().clearPreferences(), "preferences", "1 to 2"),
        Arguments.of(responses().addPreferences("kindness"), "preferences[1]", "all different"),
        Arguments.of(responses().clearUnit(), "unit", "REWARD_UNIT_NORMALISED or REWARD_UNIT_RAW"),
        Arguments.of(responses().clearPromptTokenIds(), "prompt_token_ids", "at least one token"),
        Arguments.of(responses().addPromptTokenIds(32), "prompt_token_ids[2]", "0 to 31"),
        Arguments.of(
            responses().addAllPromptTokenIds(tokens(19)), "prompt_token_ids", "at most 20"),
        Arguments.of(responses().clearResponses(), "responses", "1 to 3"),
        Arguments.of(
            responses()
                .addAllResponses(Collections.nCopies(3, ResponseTokens.getDefaultInstance())),
            "responses",
            "1 to 3"),
        Arguments.of(
            responses().addResponses(tokensOf(List.of(4, 32))), "responses[1].ids[1]", "0 to 31"),
        Arguments.of(
            responses().addResponses(tokensOf(tokens(19))), "responses[1].ids", "at most 18"),
        // the length counts before any id
        Arguments.of(responses().addAllPromptTokenIds(wrong(19)), "prompt_token_ids", "at most 20"),
        Arguments.of(
            responses().addResponses(tokensOf(wrong(19))), "responses[1].ids", "at most 18"));
  }

  @ParameterizedTest
  @MethodSource("responsesOutOfBounds")
  void refusesResponsesOutOfTheirBounds(
      ScoreSequencesRequest.Builder request, String field, String expected) {
    assertRefused(() -> requests.responses(request.build()), field, expected);
  }

  @Test
  void namesPreferencesThatAreServedForResponsesToo() {
    assertThatThrownBy(() -> requests.responses(responses().addPreferences("speed").build()))
        .hasMessage("preferences[1]: speed (expected: one of [brevity, kindness, wit])");
  }

  private static void assertRefused(ThrowingCallable call, String field, String expected) {
    RefusedException refused = catchThrowableOfType(RefusedException.class, call);
    assertThat(refused).as("refusal").isNotNull();
    assertThat(refused.reason()).isEqualTo(Reason.FIELD_INVALID);
    assertThat(refused.field()).isEqualTo(field);
    assertThat(refused.expected()).isEqualTo(expected);
  }

  private static OpenSequence.Builder open() {
    return OpenSequence.newBuilder()
        .addPromptTokenIds(5)
        .addPromptTokenIds(0)
        .addPreferences("kindness")
        .setUnit(NORMALISED)
        .setMaxTokens(4)
        .setMaxCandidates(3);
  }

  private static ScoreCandidates score(List<Integer> accepted, List<Integer> candidates) {
    return ScoreCandidates.newBuilder()
        .addAllAcceptedTokenIds(accepted)
        .addAllCandidateIds(candidates)
        .build();
  }

  private static ScoreSequencesRequest.Builder responses() {
    return ScoreSequencesRequest.newBuilder()
        .addPromptTokenIds(5)
        .addPromptTokenIds(0)
        .addPreferences("kindness")
        .setUnit(RAW)
        .addResponses(tokensOf(List.of(1, 2)));
  }

  private static ResponseTokens tokensOf(List<Integer> ids) {
    return ResponseTokens.newBuilder().addAllIds(ids).build();
  }

  private static List<Integer> wrong(int count) {
    return Collections.nCopies(count, -1);
  }

  private static List<Integer> tokens(int number) {
    return Collections.nCopies(number, 7);
  }
}
