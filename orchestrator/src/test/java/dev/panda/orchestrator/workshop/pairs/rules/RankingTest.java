package dev.panda.orchestrator.workshop.pairs.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.pairs.AnswerFilter;
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

  /** Which of two answers a rule chooses; none where it doesn't tell them apart. */
  private static Optional<String> chosen(Ranking ranking, Answer one, Answer other)
      throws InterruptedException {
    double difference =
        ranking.score(PROMPT, one).orElseThrow() - ranking.score(PROMPT, other).orElseThrow();
    if (Math.abs(difference) < ranking.leastGap()) {
      return Optional.empty();
    }
    return Optional.of((difference > 0 == ranking.higherIsChosen() ? one : other).text());
  }

  @Test
  void readabilityChoosesTheEasierOrTheHarder() throws InterruptedException {
    assertThat(chosen(new ReadabilityRanking(true), answer(HARD), answer(EASY))).contains(EASY);
    assertThat(chosen(new ReadabilityRanking(false), answer(HARD), answer(EASY))).contains(HARD);
    assertThat(new ReadabilityRanking(true).score(PROMPT, answer("…"))).isEmpty();
  }

  @Test
  void lengthChoosesTheShorterOrTheLongerAndBalancesNothing() throws InterruptedException {
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
  void theInstructionTellsWhatWasWantedAndNothingOfOtherAnswers() {
    InstructionRanking ranking = new InstructionRanking("Be warm.", "");
    assertThat(ranking.score(PROMPT, new Answer("So.", "Be warm.", List.of()))).hasValue(1);
    assertThat(ranking.score(PROMPT, answer("So."))).hasValue(0);
    assertThat(ranking.score(PROMPT, new Answer("So.", "Be brief.", List.of())))
        .isEqualTo(OptionalDouble.empty());
  }

  @Test
  void theFilterLeavesOutWhatIsShortRepeatsItselfOrIsFound() {
    AnswerFilter filter = new AnswerFilter(5, 15, Optional.of(Pattern.compile("(?i)here is")));
    assertThat(filter.accepts(answer(EASY))).isTrue();
    assertThat(filter.accepts(answer("Too short."))).isFalse();
    assertThat(filter.accepts(answer("It is so and it is so and it is so and it is so.")))
        .isFalse();
    assertThat(filter.accepts(answer("Sure, here is a warm answer: " + EASY))).isFalse();
    assertThat(new AnswerFilter(0, 100, Optional.empty()).accepts(answer("… !"))).isFalse();
  }
}
