package dev.panda.reward.serving.grpc;

import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.SequenceRoom;
import dev.panda.transformer.reward.ResponseRewards;
import dev.panda.transformer.reward.RewardModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Scores finished responses, a few at a time. More would only wait for room in the cache, and the
 * engine would refuse those that wait too long.
 *
 * <p>Thread: everything here runs on the call's event loop, to which the engine hands its results
 * back.
 */
final class ResponseScoring {
  private static final int AT_A_TIME = 4;
  private static final int[] NONE = {};

  private final ValidResponses request;
  private final List<RewardModel> models;
  private final ReadoutSource.Opener opener;
  private final Executor eventLoop;
  private final CompletableFuture<double[]> answer = new CompletableFuture<>();
  private final List<CompletableFuture<ReadoutSource>> openings = new ArrayList<>();
  private final double[] rewards;
  private int begun;
  private int scored;

  ResponseScoring(
      ValidResponses request,
      List<RewardModel> models,
      ReadoutSource.Opener opener,
      Executor eventLoop) {
    this.request = request;
    this.models = models;
    this.opener = opener;
    this.eventLoop = eventLoop;
    this.rewards = new double[request.responses().size() * request.preferences().length];
  }

  /** Gives rewards [response × preference]; cancelling the future frees what the scoring holds. */
  CompletableFuture<double[]> start() {
    CompletableFuture<double[]> unused =
        answer.whenComplete((done, failure) -> eventLoop.execute(this::release));
    for (int i = 0; i < AT_A_TIME; i++) {
      beginNext();
    }
    return answer;
  }

  private void beginNext() {
    if (answer.isDone() || begun == request.responses().size()) {
      return;
    }
    int index = begun++;
    int[] prompt = request.prompt();
    int[] response = request.responses().get(index);
    int[] tokens = Arrays.copyOf(prompt, prompt.length + response.length);
    System.arraycopy(response, 0, tokens, prompt.length, response.length);
    CompletableFuture<ReadoutSource> opening =
        opener.open(new SequenceRoom(tokens.length, 0, prompt.length));
    openings.add(opening);
    CompletableFuture<AdvanceResult> unused =
        opening
            .thenCompose(source -> source.advance(tokens, NONE))
            .whenComplete(
                (step, failure) ->
                    eventLoop.execute(() -> computed(index, opening, step, failure)));
  }

  private void computed(
      int index, CompletableFuture<ReadoutSource> opening, AdvanceResult step, Throwable failure) {
    free(opening);
    if (failure != null) {
      answer.completeExceptionally(failure);
      return;
    }
    try {
      score(index, step);
      beginNext();
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  private void score(int index, AdvanceResult step) {
    ResponseRewards response = new ResponseRewards(models, request.preferences(), request.unit());
    float[][] readouts = step.acceptedReadouts();
    for (int i = request.prompt().length; i < readouts.length; i++) {
      response.accept(readouts[i]);
    }
    int preferences = request.preferences().length;
    System.arraycopy(response.whole(), 0, rewards, index * preferences, preferences);
    scored++;
    if (scored == request.responses().size()) {
      answer.complete(rewards);
    }
  }

  private void release() {
    openings.forEach(ResponseScoring::free);
  }

  private static void free(CompletableFuture<ReadoutSource> opening) {
    if (!opening.cancel(false) && !opening.isCompletedExceptionally()) {
      opening.join().close();
    }
  }
}
