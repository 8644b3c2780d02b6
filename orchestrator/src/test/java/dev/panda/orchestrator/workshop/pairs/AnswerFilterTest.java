package dev.panda.orchestrator.workshop.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.workshop.answers.Answer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AnswerFilterTest {
  private static final String EASY =
      "The sun is hot. It gives us light. We like the light a lot. It is good.";

  private static Answer answer(String text) {
    return new Answer(text, "", List.of());
  }

  @Test
  void leavesOutAnswersThatAreShortRepeatThemselvesOrMatch() {
    AnswerFilter filter = new AnswerFilter(5, 15, Optional.of(Pattern.compile("(?i)here is")));
    assertThat(filter.accepts(answer(EASY))).isTrue();
    assertThat(filter.accepts(answer("Too short."))).isFalse();
    assertThat(filter.accepts(answer("It is so and it is so and it is so and it is so.")))
        .isFalse();
    assertThat(filter.accepts(answer("Sure, here is a warm answer: " + EASY))).isFalse();
    assertThat(new AnswerFilter(0, 100, Optional.empty()).accepts(answer("… !"))).isFalse();
  }
}
