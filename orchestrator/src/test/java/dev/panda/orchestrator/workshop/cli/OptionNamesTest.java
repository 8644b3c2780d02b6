package dev.panda.orchestrator.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.GenerateRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionNamesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n: 100 (expected: 1 to 64)|--best-of: 100 (expected: 1 to 64)",
        "k: 0 (expected: 1 to 256)|-k: 0 (expected: 1 to 256)",
        "preferences[1].name: nope (expected: one of [kind])"
            + "|--preference: nope (expected: one of [kind])",
        "preferences[0].weight: NaN (expected: a finite number)"
            + "|--preference weight: NaN (expected: a finite number)",
        "lambdas[2].time_constant: 0.0 (expected: a finite number > 0)"
            + "|--lambda time constant: 0.0 (expected: a finite number > 0)",
        "lambdas: set (expected: unset with METHOD_ARGS_GREEDY)"
            + "|--lambda: set (expected: unset with --method args-greedy)",
        "base_score: BASE_SCORE_PROBABILITY (expected: BASE_SCORE_LOGIT with METHOD_ARGS_GREEDY)"
            + "|--base-score: probability (expected: logit with --method args-greedy)",
        "max_mean_kl: set (expected: unset without LAMBDA_MODE_PER_LAMBDA)"
            + "|--max-mean-kl: set (expected: unset without --lambda-mode per-lambda)",
        "stop[0]: empty (expected: at least one character)"
            + "|--stop: empty (expected: at least one character)",
        "chat.messages[0].content: empty (expected: what is asked)"
            + "|prompt: empty (expected: what is asked)",
        "text: empty (expected: at least one character)"
            + "|prompt: empty (expected: at least one character)"
      })
  void wordsRefusalsWithOptions(String refusal, String said) {
    assertThat(OptionNames.of(refusal)).isEqualTo(said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reward service at 127.0.0.1:9002: away",
        "prompt: 600 tokens (expected: fewer than the context length, 512)",
        "no room",
        "no METHOD_GREEDY here"
      })
  void leavesTextsThatNameNoFieldUnchanged(String text) {
    assertThat(OptionNames.of(text)).isEqualTo(text);
  }

  @Test
  void everyFieldOfARequestThatHasAnOptionIsKnown() {
    assertThat(GenerateRequest.getDescriptor().getFields())
        .extracting(field -> field.getName())
        .filteredOn(name -> OptionNames.of(name + ": 1").equals(name + ": 1"))
        .containsExactlyInAnyOrder("tokens", "no_pruning", "no_drafting");
  }
}
