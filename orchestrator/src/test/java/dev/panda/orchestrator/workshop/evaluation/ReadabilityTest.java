package dev.panda.orchestrator.workshop.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadabilityTest {

  @ParameterizedTest
  @CsvSource({
    "the,1",
    "cat,1",
    "home,1",
    "homes,1",
    "apple,2",
    "apples,2",
    "whale,1",
    "boxes,2",
    "places,2",
    "wishes,2",
    "jumped,1",
    "needed,2",
    "played,1",
    "settled,2",
    "called,1",
    "lion,2",
    "nation,2",
    "delicious,3",
    "special,2",
    "create,2",
    "being,2",
    "playing,2",
    "science,2",
    "friend,1",
    "patient,2",
    "quiet,2",
    "idea,3",
    "area,3",
    "people,2",
    "language,2",
    "actual,3",
    "guard,1",
    "continuous,4",
    "water,2",
    "temperature,4",
    "photosynthesis,5",
    "understanding,4",
    "don't,1",
    "society,4",
    "real,1",
    "reach,1",
    "bread,1",
    "media,3",
    "ocean,2",
    "beautiful,3",
    "cleaned,1",
    "breathe,1",
    "clothes,1",
    "because,2",
    "every,3",
    "energy,3",
    "rhythm,1"
  })
  void countsSyllables(String word, int syllables) {
    assertThat(Syllables.count(word)).isEqualTo(syllables);
  }

  @Test
  void countsWordsAndSentences() {
    assertThat(Readability.of("The cat sat on the mat. It was happy!"))
        .isEqualTo(new Readability(9, 2, 10));
  }

  @Test
  void gradesAsTheFormulaSays() {
    assertThat(Readability.of("The cat sat on the mat.").grade().getAsDouble())
        .isCloseTo(0.39 * 6 + 11.8 - 15.59, within(1e-12));
    assertThat(
            Readability.of(
                    "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.")
                .grade()
                .getAsDouble())
        .isCloseTo(0.39 * 13 + 11.8 * 26 / 13 - 15.59, within(1e-12));
  }

  @Test
  void harderTextHasTheHigherGrade() {
    double easy = Readability.of("The sun is hot. It gives us light.").grade().getAsDouble();
    double hard =
        Readability.of("Thermonuclear reactions convert hydrogen into considerable luminosity.")
            .grade()
            .getAsDouble();
    assertThat(hard).isGreaterThan(easy + 10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Dr. Smith paid 3.50 dollars.|1",
        "Use fruit, e.g. an apple.|1",
        "She said \"Stop!\" Then she left.|2",
        "Wait... what?|2",
        "J. Smith wrote it.|1",
        "It is vitamin C. It helps.|1",
        "No end|1"
      })
  void splitsSentences(String text, int sentences) {
    assertThat(Readability.of(text).sentences()).isEqualTo(sentences);
  }

  @Test
  void linesOfAListAreSentencesAndTheirNumbersAreNot() {
    assertThat(Readability.of("You need:\n1. Flour\n2. Water\n\n- Salt").sentences()).isEqualTo(4);
  }

  @Test
  void hasNoGradeWithoutWords() {
    assertThat(Readability.of("").grade()).isEmpty();
    assertThat(Readability.of("42 … 7!").grade()).isEmpty();
  }
}
