package dev.panda.orchestrator.serving.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedAnswerTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final List<CompletableFuture<String>> questions = new ArrayList<>();

  private SharedAnswer<String> answer(Duration freshness) {
    return new SharedAnswer<>(
        () -> {
          questions.add(new CompletableFuture<>());
          return questions.get(questions.size() - 1);
        },
        freshness);
  }

  @Test
  void allWhoAskShareOneQuestion() {
    SharedAnswer<String> answer = answer(LONG);
    CompletableFuture<String> first = answer.known();
    CompletableFuture<String> second = answer.current();
    questions.get(0).complete("yes");

    assertThat(first.join()).isEqualTo("yes");
    assertThat(second.join()).isEqualTo("yes");
    assertThat(questions).hasSize(1);
  }

  @Test
  void anAnswerServesWhileItIsAskedAgain() {
    SharedAnswer<String> answer = answer(Duration.ZERO);
    CompletableFuture<String> first = answer.known();
    questions.get(0).complete("yes");
    assertThat(first).isDone();

    assertThat(answer.known().join()).isEqualTo("yes");
    assertThat(questions).hasSize(2);
    assertThat(answer.current()).isNotDone();
  }

  @Test
  void nobodyWaitsLongForAServiceThatFailedBefore() {
    SharedAnswer<String> answer = answer(Duration.ZERO);
    CompletableFuture<String> first = answer.current();
    questions.get(0).completeExceptionally(new IllegalStateException("away"));
    assertThat(first).isDone();
    assertThat(answer.failure()).contains("away");

    assertThatThrownBy(() -> answer.current().join())
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("away");
    assertThat(questions).hasSize(2);
    assertThat(answer.known()).isCompletedExceptionally();
    assertThat(answer.current()).isCompletedExceptionally();
  }

  @Test
  void aServiceThatIsBackIsHeardAtOnce() {
    SharedAnswer<String> answer = answer(LONG);
    CompletableFuture<String> first = answer.current();
    questions.get(0).completeExceptionally(new IllegalStateException("away"));
    assertThat(first).isDone();
    CompletableFuture<String> next = answer.current();
    questions.get(1).complete("yes");

    assertThat(next.join()).isEqualTo("yes");
    assertThat(answer.failure()).isEmpty();
  }
}
