package dev.panda.orchestrator.serving.routing;

import dev.panda.orchestrator.serving.port.BaseModel;
import dev.panda.orchestrator.serving.port.BaseModelDescription;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.ChatMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A base model whose description is kept for a few seconds. */
public final class KnownModel implements BaseModel {
  private final BaseModel model;
  private final SharedAnswer<BaseModelDescription> description;

  /**
   * @param freshness how long its description is kept
   */
  public KnownModel(BaseModel model, Duration freshness) {
    this.model = model;
    this.description =
        new SharedAnswer<>(
            () ->
                CompletableFuture.supplyAsync(
                    model::describe, task -> new Thread(task, "description").start()),
            freshness);
  }

  /** Asks the model again if it did not answer the last time. */
  @Override
  public BaseModelDescription describe() {
    CompletableFuture<BaseModelDescription> known = description.known();
    return SharedAnswer.await(known.isCompletedExceptionally() ? description.current() : known);
  }

  /** Asks the model, or joins those who ask. */
  CompletableFuture<BaseModelDescription> current() {
    return description.current();
  }

  /** Asks the model in the background. */
  public void refresh() {
    CompletableFuture<BaseModelDescription> unused = description.current();
  }

  /** Whether its service holds reward models, as far as it has told; asks nothing. */
  public boolean holdsPreferences() {
    return description.last().filter(told -> !told.preferences().isEmpty()).isPresent();
  }

  /** Why the model does not answer; empty if it does. */
  public Optional<String> failure() {
    return description.failure();
  }

  @Override
  public int[] tokenize(String text) {
    return model.tokenize(text);
  }

  @Override
  public int[] tokenizeContinuation(String text) {
    return model.tokenizeContinuation(text);
  }

  @Override
  public int[] renderChat(List<ChatMessage> messages) {
    return model.renderChat(messages);
  }

  @Override
  public CandidateStream open(CandidateRequest request) {
    return model.open(request);
  }
}
