package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.answer.Parsing;
import dev.panda.answer.RefusedException;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.EmbedResponse;
import dev.panda.api.basemodel.v1.Pooling;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.TokenIds;
import dev.panda.basemodel.testing.LetterTokenizer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  private final CompletableFuture<float[]> pooled = new CompletableFuture<>();
  private final ArrayDeque<Runnable> work = new ArrayDeque<>();
  private boolean asked;
  private final Embedding embedding =
      new Embedding(
          new DecodeRequests(
              new Prompts(new LetterTokenizer(), Optional.empty(), 29, false),
              List.of(),
              new Limits(29, 20, 100, 8, 2, 2, 4, 90, 0, 0)),
          (prompt, layer) -> {
            asked = true;
            return pooled;
          },
          2,
          new Parsing("characters", work::add));

  @Test
  void givesTheMeanOrTheLastState() {
    CompletableFuture<EmbedResponse> mean = embedding.of(request(Pooling.POOLING_MEAN));
    CompletableFuture<EmbedResponse> last = embedding.of(request(Pooling.POOLING_LAST));
    work.forEach(Runnable::run);
    pooled.complete(new float[] {1, 2, 3, 4});

    assertThat(mean.join().getEmbeddingList()).containsExactly(3f, 4f);
    assertThat(last.join().getEmbeddingList()).containsExactly(1f, 2f);
  }

  @Test
  void tokensWaitForNoText() {
    EmbedRequest tokens =
        request(Pooling.POOLING_MEAN).toBuilder()
            .setPrompt(Prompt.newBuilder().setTokens(TokenIds.newBuilder().addIds(3)))
            .build();
    CompletableFuture<EmbedResponse> embedded = embedding.of(tokens);

    assertThat(work).isEmpty();
    pooled.complete(new float[] {1, 2, 3, 4});
    assertThat(embedded).isCompleted();
  }

  @Test
  void poolsNoFurtherForAClientThatIsGone() {
    CompletableFuture<EmbedResponse> embedded = embedding.of(request(Pooling.POOLING_MEAN));
    work.remove().run();
    assertThat(pooled).isNotDone();

    embedded.cancel(false);

    assertThat(pooled).isCancelled();
  }

  @Test
  void poolsNothingForAClientThatLeftEarlier() {
    CompletableFuture<EmbedResponse> embedded = embedding.of(request(Pooling.POOLING_MEAN));
    embedded.cancel(false);
    work.remove().run();

    assertThat(asked).isFalse();
  }

  @Test
  void passesRefusalsOn() {
    CompletableFuture<EmbedResponse> embedded = embedding.of(request(Pooling.POOLING_UNSPECIFIED));
    work.remove().run();

    assertThatThrownBy(embedded::join).hasRootCauseInstanceOf(RefusedException.class);
  }

  private static EmbedRequest request(Pooling pooling) {
    return EmbedRequest.newBuilder()
        .setPrompt(Prompt.newBuilder().setText("ab"))
        .setPooling(pooling)
        .build();
  }
}
