package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.Parsing;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.EmbedResponse;
import java.util.concurrent.CompletableFuture;

/** Embeds prompts. */
record Embedding(DecodeRequests requests, Pooler pooler, int hiddenSize, Parsing texts) {

  /** Pools the states of a prompt. */
  interface Pooler {

    /**
     * Cancelling the future ends the pooling.
     *
     * @return [last, mean × hidden size]
     */
    CompletableFuture<float[]> pool(int[] prompt, int layer);
  }

  /** Embeds a prompt. Cancelling the future ends the work. */
  CompletableFuture<EmbedResponse> of(EmbedRequest request) {
    CompletableFuture<EmbedResponse> embedded = new CompletableFuture<>();
    CompletableFuture<ValidEmbed> parsing = parse(request);
    CompletableFuture<EmbedResponse> unused =
        embedded.whenComplete((answer, failure) -> parsing.cancel(false));
    unused =
        parsing
            .thenCompose(valid -> embed(valid, embedded))
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null) {
                    embedded.complete(answer);
                  } else {
                    embedded.completeExceptionally(failure);
                  }
                });
    return embedded;
  }

  private CompletableFuture<ValidEmbed> parse(EmbedRequest request) {
    return Prompts.isText(request.getPrompt())
        ? texts.run(() -> requests.length(request), () -> requests.embed(request))
        : Parsing.atOnce(() -> requests.length(request), () -> requests.embed(request));
  }

  private CompletableFuture<EmbedResponse> embed(ValidEmbed valid, CompletableFuture<?> embedded) {
    CompletableFuture<float[]> pooled = pooler.pool(valid.prompt(), valid.layer());
    Object unused = embedded.whenComplete((answer, failure) -> pooled.cancel(false));
    return pooled.thenApply(states -> response(states, valid.mean() ? hiddenSize : 0));
  }

  private EmbedResponse response(float[] states, int from) {
    EmbedResponse.Builder response = EmbedResponse.newBuilder();
    for (int i = 0; i < hiddenSize; i++) {
      response.addEmbedding(states[from + i]);
    }
    return response.build();
  }
}
