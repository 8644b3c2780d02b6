package dev.panda.reward.workshop.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptOrderTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void splitSharesNoPromptAndLosesNoPair(long seed) {
    List<PreferencePair> pairs = pairs(seed);

    PromptOrder.Split split = new PromptOrder(seed).split(pairs, 0.3);

    Set<List<ChatMessage>> shared = prompts(split.training());
    shared.retainAll(prompts(split.validation()));
    assertThat(shared).isEmpty();
    assertThat(prompts(split.validation())).hasSize(6);
    List<PreferencePair> all = new ArrayList<>(split.training());
    all.addAll(split.validation());
    assertThat(all).containsExactlyInAnyOrderElementsOf(pairs);
  }

  @Test
  void splitDoesNotDependOnTheOrderOfLines() {
    List<PreferencePair> pairs = pairs(1);
    List<PreferencePair> shuffled = new ArrayList<>(pairs);
    Collections.shuffle(shuffled, new Random(5));
    PromptOrder order = new PromptOrder(9);

    assertThat(order.split(shuffled, 0.3).validation())
        .containsExactlyInAnyOrderElementsOf(order.split(pairs, 0.3).validation());
  }

  @Test
  void anotherSeedSplitsElsewhere() {
    List<PreferencePair> pairs = pairs(1);

    assertThat(prompts(new PromptOrder(1).split(pairs, 0.3).validation()))
        .isNotEqualTo(prompts(new PromptOrder(2).split(pairs, 0.3).validation()));
  }

  @Test
  void refusesToSplitOnePrompt() {
    List<PreferencePair> pairs = List.of(pair("a", "x", "y"), pair("a", "x", "z"));

    assertThatThrownBy(() -> new PromptOrder(0).split(pairs, 0.5))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("1 prompts (expected: at least 2");
  }

  @Test
  void drawsMirroredPairsAlike() {
    List<PreferencePair> pairs = pairs(3);
    List<PreferencePair> mirrored = pairs.stream().map(PromptOrderTest::mirror).toList();
    PromptOrder order = new PromptOrder(4);

    List<PreferencePair> drawn = order.limit(pairs, 10);

    assertThat(drawn).hasSize(10).isSubsetOf(pairs);
    assertThat(order.limit(mirrored, 10))
        .containsExactlyElementsOf(drawn.stream().map(PromptOrderTest::mirror).toList());
    assertThat(new PromptOrder(5).limit(pairs, 10)).isNotEqualTo(drawn);
  }

  @Test
  void aLargerDrawHoldsTheSmaller() {
    List<PreferencePair> pairs = pairs(3);
    PromptOrder order = new PromptOrder(4);

    assertThat(order.limit(pairs, 20)).containsAll(order.limit(pairs, 10));
    assertThat(order.limit(pairs, 1000)).isEqualTo(pairs);
  }

  private static PreferencePair mirror(PreferencePair pair) {
    return new PreferencePair(
        pair.messages(), /* chosen= */ pair.rejected(), /* rejected= */ pair.chosen());
  }

  private static Set<List<ChatMessage>> prompts(List<PreferencePair> pairs) {
    Set<List<ChatMessage>> prompts = new HashSet<>();
    pairs.forEach(pair -> prompts.add(pair.messages()));
    return prompts;
  }

  /** One to four pairs for each of 20 prompts. */
  private static List<PreferencePair> pairs(long seed) {
    Random random = new Random(seed);
    List<PreferencePair> pairs = new ArrayList<>();
    for (int prompt = 0; prompt < 20; prompt++) {
      int count = 1 + random.nextInt(4);
      for (int i = 0; i < count; i++) {
        pairs.add(pair("prompt " + prompt, "good " + i, "bad " + random.nextInt()));
      }
    }
    return pairs;
  }

  private static PreferencePair pair(String prompt, String chosen, String rejected) {
    return new PreferencePair(List.of(new ChatMessage("user", prompt)), chosen, rejected);
  }

  @Test
  void halvesNeedTwoPromptsEach() {
    List<PreferencePair> pairs =
        IntStream.range(0, 3)
            .mapToObj(i -> new PreferencePair(List.of(new ChatMessage("user", "Q" + i)), "a", "b"))
            .toList();

    assertThatThrownBy(() -> new PromptOrder(3).half(pairs, PromptHalf.GUIDE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("3 prompts (expected: at least 4 with a judge");
  }

  @Test
  void halvesShareNoPromptAndLeaveNoneOut() {
    List<PreferencePair> pairs =
        IntStream.range(0, 60)
            .mapToObj(
                i ->
                    new PreferencePair(
                        List.of(new ChatMessage("user", "Q" + i % 21)), "a" + i, "b"))
            .toList();
    PromptOrder order = new PromptOrder(3);
    List<PreferencePair> guide = order.half(pairs, PromptHalf.GUIDE);
    List<PreferencePair> judge = order.half(pairs, PromptHalf.JUDGE);

    assertThat(guide).doesNotContainAnyElementsOf(judge);
    assertThat(guide.size() + judge.size()).isEqualTo(60);
    assertThat(guide.stream().map(PreferencePair::messages).distinct()).hasSize(11);
    assertThat(judge.stream().map(PreferencePair::messages).distinct()).hasSize(10);
  }
}
