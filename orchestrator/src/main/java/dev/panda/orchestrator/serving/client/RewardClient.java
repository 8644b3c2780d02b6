package dev.panda.orchestrator.serving.client;

import dev.panda.api.reward.v1.ListPreferencesRequest;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.RewardRequest;
import dev.panda.orchestrator.serving.port.RewardStream;
import io.grpc.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A reward service over gRPC. Calls run in the caller's gRPC context: they end with it and keep its
 * deadline. Any number of threads may use it; the caller closes it.
 */
public final class RewardClient implements RewardModels, AutoCloseable {
  private final ServiceChannel channel;
  private final RewardAnswers answers;

  /**
   * Connects at the first call.
   *
   * @param address {@code host:port}
   */
  public RewardClient(String address, Timeouts timeouts) {
    channel = ServiceChannel.of("reward service", address, timeouts);
    answers = new RewardAnswers(new AnswerCheck(channel.service()));
  }

  /** The future completes on one of gRPC's threads. */
  @Override
  public CompletableFuture<RewardDescription> describe() {
    CompletableFuture<ListPreferencesResponse> served = new CompletableFuture<>();
    Context.ROOT.run(
        () ->
            RewardServiceGrpc.newStub(channel.calls())
                .withDeadlineAfter(channel.timeouts().call().toMillis(), TimeUnit.MILLISECONDS)
                .listPreferences(
                    ListPreferencesRequest.getDefaultInstance(),
                    new SingleAnswer<>(channel.service(), served)));
    return served.thenApply(answers::description);
  }

  @Override
  public RewardStream open(RewardRequest request) {
    return ScoreStream.open(
        first ->
            BidirectionalCall.open(
                channel.service(),
                channel.timeouts(),
                RewardServiceGrpc.newBlockingV2Stub(channel.calls()).score(),
                first),
        request,
        answers);
  }

  @Override
  public double[] scoreSequences(
      int[] prompt, List<int[]> responses, List<String> preferences, RewardUnit unit) {
    ScoreSequencesRequest.Builder request =
        ScoreSequencesRequest.newBuilder()
            .addAllPreferences(preferences)
            .setUnit(RewardAnswers.proto(unit));
    Arrays.stream(prompt).forEach(request::addPromptTokenIds);
    for (int[] response : responses) {
      ResponseTokens.Builder tokens = ResponseTokens.newBuilder();
      Arrays.stream(response).forEach(tokens::addIds);
      request.addResponses(tokens);
    }
    Duration timeout = channel.timeouts().step().multipliedBy(responses.size());
    return answers.sequences(
        channel.ask(
            c ->
                RewardServiceGrpc.newBlockingV2Stub(c)
                    .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .scoreSequences(request.build())),
        responses.size(),
        preferences);
  }

  @Override
  public void close() {
    channel.close();
  }
}
