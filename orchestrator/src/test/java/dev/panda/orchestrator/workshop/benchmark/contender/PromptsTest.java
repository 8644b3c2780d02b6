package dev.panda.orchestrator.workshop.benchmark.contender;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptsTest {
  private static final String PROSE = "the cat and the dog and the bird";
  private static final Tokens TOKENS =
      new Tokens(new int[] {1}, new int[] {5, 6, 7, 5, 8, 7, 5, 9});

  private static Prompts prompts(boolean same, long seed) {
    return new Prompts(PROSE, Optional.of(TOKENS), same, seed);
  }

  @Test
  void noTwoPromptsOpenAlike() {
    Prompts prompts = prompts(false, 3);
    Set<String> texts = new HashSet<>();
    Set<String> ids = new HashSet<>();
    IntStream.range(0, 125).forEach(i -> texts.add(prompts.next().text()));
    IntStream.range(0, 125)
        .forEach(i -> ids.add(Arrays.toString(prompts.next(4).ids().orElseThrow())));

    assertThat(texts).hasSize(125).allSatisfy(text -> assertThat(text).endsWith(" " + PROSE));
    assertThat(ids).hasSize(125).allSatisfy(prompt -> assertThat(prompt).startsWith("[1, "));
  }

  @Test
  void repeatsAndCutsTheProse() {
    Prompt longer = prompts(false, 1).next(20);

    assertThat(longer.ids().orElseThrow())
        .hasSize(20)
        .endsWith(5, 6, 7, 5, 8, 7, 5, 9, 5, 6, 7, 5, 8, 7, 5, 9);
    assertThat(longer.text()).endsWith(PROSE + " " + PROSE + " the");
    assertThat(prompts(false, 1).next(2).ids().orElseThrow()).hasSize(2);
  }

  @Test
  void theSamePromptHasNoOpening() {
    Prompts prompts = prompts(true, 1);

    assertThat(prompts.next().text()).isEqualTo(prompts.next().text()).isEqualTo(PROSE);
    assertThat(prompts.next(3).ids().orElseThrow()).containsExactly(1, 5, 6);
  }

  @Test
  void equalSeedsGiveEqualPrompts() {
    assertThat(prompts(false, 9).next().text())
        .isEqualTo(prompts(false, 9).next().text())
        .isNotEqualTo(prompts(false, 10).next().text());
  }
}
