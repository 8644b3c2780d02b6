package dev.panda.orchestrator.workshop.pairs.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RankingTest {
  static final String EASY =
      "The sun is hot. It gives us light. We like the light a lot. It is good.";
  static final String HARD =
      "Solar radiation undergoes considerable atmospheric scattering, predominantly affecting"
          + " comparatively shorter wavelengths, consequently producing characteristic coloration.";
  private static final Conversation PROMPT = Conversation.ofQuestion("Why?");

  private static Answer answer(String text) {
    return new Answer(text, "", List.of());
  }

  /** Which of two answers a rule chooses; empty if the rule does not tell them apart. */
  private static Optional<String> chosen(Ranking ranking, Answer one, Answer other)
      throws InterruptedException {
    double difference =
        ranking.score(PROMPT, one).orElseThrow() - ranking.score(PROMPT, other).orElseThrow();
    if (Math.abs(difference) < ranking.rule().leastGap()) {
      return Optional.empty();
    }
    return Optional.of((difference > 0 == ranking.rule().higherIsChosen() ? one : other).text());
  }

  @Test
  void readabilityChoosesTheEasierOrTheHarder() throws InterruptedException {
    assertThat(chosen(new ReadabilityRanking(true), answer(HARD), answer(EASY))).contains(EASY);
    assertThat(chosen(new ReadabilityRanking(false), answer(HARD), answer(EASY))).contains(HARD);
    assertThat(new ReadabilityRanking(true).score(PROMPT, answer("…"))).isEmpty();
  }

  @Test
  void lengthChoosesTheShorterOrTheLongerAndDoesNotBalanceLengths() throws InterruptedException {
    Answer brief = answer("It is so.");
    assertThat(chosen(new LengthRanking(true), brief, answer(EASY))).contains("It is so.");
    assertThat(chosen(new LengthRanking(false), brief, answer(EASY))).contains(EASY);
    assertThat(chosen(new LengthRanking(true), brief, answer("Is it so now?"))).isEmpty();
    assertThat(new LengthRanking(true).balancesLengths()).isFalse();
  }

  @Test
  void aPatternCountsOnceHoweverOftenItIsFound() throws InterruptedException {
    Pattern pattern = Pattern.compile("!");
    Answer often = answer("Yes! Yes!! Yes!!!");
    assertThat(chosen(new PatternRanking(pattern, true), often, answer("Yes.")))
        .contains(often.text());
    assertThat(chosen(new PatternRanking(pattern, false), often, answer("Yes."))).contains("Yes.");
    assertThat(chosen(new PatternRanking(pattern, true), often, answer("Yes!"))).isEmpty();
  }

  @Test
  void theInstructionScoresOnlyAnswersDrawnWithOneOfTheTwo() {
    InstructionRanking ranking = new InstructionRanking("Be warm.", "");
    assertThat(ranking.score(PROMPT, new Answer("So.", "Be warm.", List.of()))).hasValue(1);
    assertThat(ranking.score(PROMPT, answer("So."))).hasValue(0);
    assertThat(ranking.score(PROMPT, new Answer("So.", "Be brief.", List.of())))
        .isEqualTo(OptionalDouble.empty());
  }
}
