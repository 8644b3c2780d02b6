package dev.panda.reward.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.transformer.chat.ChatMessage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingCutsTest {
  private static PreferencePair pair(String prompt, String chosen) {
    return new PreferencePair(List.of(new ChatMessage("user", prompt)), chosen, "worse");
  }

  @ParameterizedTest
  @EnumSource
  void beginWithTheWholeAndGetShorter(TrainingCuts cuts) {
    for (int seed = 0; seed < 50; seed++) {
      int[] some = cuts.of(pair("Why?", "better"), seed);
      assertThat(some).startsWith(0).isSorted().doesNotHaveDuplicates();
      assertThat(IntStream.of(some)).allMatch(cut -> cut < Cuts.PARTS);
    }
  }

  @Test
  void quartersAreThoseThatEvaluate() {
    assertThat(TrainingCuts.QUARTERS.of(pair("Why?", "better"), 1)).containsExactly(0, 2, 4, 6);
    assertThat(TrainingCuts.EVERY.of(pair("Why?", "better"), 1))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void randomOnesAreAPromptsOwn() {
    int[] some = TrainingCuts.RANDOM.of(pair("Why?", "better"), 1);
    assertThat(some).hasSize(4);
    assertThat(TrainingCuts.RANDOM.of(pair("Why?", "another"), 1)).isEqualTo(some);
    assertThat(
            IntStream.range(0, 200)
                .mapToObj(i -> TrainingCuts.RANDOM.of(pair("Q" + i, "better"), 1))
                .flatMapToInt(IntStream::of)
                .distinct())
        .hasSize(Cuts.PARTS);
  }
}
