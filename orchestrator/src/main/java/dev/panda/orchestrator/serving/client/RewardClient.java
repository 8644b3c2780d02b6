package dev.panda.orchestrator.serving.client;

import dev.panda.api.reward.v1.ListPreferencesRequest;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.Preference;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.orchestrator.serving.decoding.Interval;
import dev.panda.orchestrator.serving.decoding.PreferenceReward;
import dev.panda.orchestrator.serving.decoding.RewardPooling;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import io.grpc.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One reward service. Calls stand in the caller's gRPC context: they end with it and keep its
 * deadline. Any number of threads may use it; the caller closes it.
 *
 * <p>Methods throw {@link ServiceException} where the service fails or refuses.
 */
public final class RewardClient implements AutoCloseable {
  private final ServiceChannel channel;

  /**
   * Connects at the first call.
   *
   * @param address {@code host:port}
   */
  public RewardClient(String address, Timeouts timeouts) {
    channel = ServiceChannel.of("reward service", address, timeouts);
  }

  /**
   * Asks what is served, for whoever wants to know: the call outlives the caller's. It is answered
   * on one of gRPC's threads; fails with {@link ServiceException}.
   */
  public CompletableFuture<RewardDescription> describe() {
    CompletableFuture<ListPreferencesResponse> served = new CompletableFuture<>();
    Context.ROOT.run(
        () ->
            RewardServiceGrpc.newStub(channel.channel())
                .withDeadlineAfter(channel.timeouts().call().toMillis(), TimeUnit.MILLISECONDS)
                .listPreferences(
                    ListPreferencesRequest.getDefaultInstance(),
                    new SingleAnswer<>(channel.service(), served)));
    return served.thenApply(this::description);
  }

  private RewardDescription description(ListPreferencesResponse served) {
    return new RewardDescription(
        served.getBackboneId(),
        served.getTokenizerFingerprint(),
        served.getContextLength(),
        served.getMaxCandidates(),
        served.getMaxPreferences(),
        served.getPreferencesList().stream().map(this::preference).toList());
  }

  private ServedPreference preference(Preference preference) {
    Optional<Interval> clip =
        preference.hasClip()
            ? Optional.of(
                new Interval(preference.getClip().getLow(), preference.getClip().getHigh()))
            : Optional.empty();
    PreferenceReward model =
        new PreferenceReward(
            preference.getName(),
            pooling(preference),
            clip,
            preference.getMean(),
            preference.getStandardDeviation());
    return new ServedPreference(
        model,
        preference.getDescription(),
        preference.getTokenHead(),
        preference.getDefaultStrength());
  }

  private RewardPooling pooling(Preference preference) {
    return switch (preference.getPooling()) {
      case POOLING_LAST -> RewardPooling.LAST;
      case POOLING_MEAN -> RewardPooling.MEAN;
      case POOLING_INCREMENT -> RewardPooling.INCREMENT;
      case POOLING_UNSPECIFIED, UNRECOGNIZED ->
          throw ServiceException.ofBreach(
              channel.service(),
              "pooling of " + preference.getName() + ": " + preference.getPoolingValue(),
              "one that this orchestrator knows");
    };
  }

  /**
   * Opens a sequence; the caller waits for its room before anything else, and closes it.
   *
   * @param prompt token ids, at least one
   * @param preferences names, in the order of the rewards
   * @param maxTokens longest response
   * @param maxCandidates largest number of candidates of a step
   */
  public ScoreCall score(
      int[] prompt, List<String> preferences, RewardUnit unit, int maxTokens, int maxCandidates) {
    ScoreCall call =
        new ScoreCall(
            new BidirectionalCall<>(
                channel.service(),
                channel.timeouts().step(),
                RewardServiceGrpc.newBlockingV2Stub(channel.channel()).score()));
    call.open(prompt, preferences, unit, maxTokens, maxCandidates);
    return call;
  }

  /**
   * Rewards of finished responses to one prompt [response × preference], the preference varying
   * fastest.
   */
  public double[] scoreSequences(
      int[] prompt, List<int[]> responses, List<String> preferences, RewardUnit unit) {
    ScoreSequencesRequest.Builder request =
        ScoreSequencesRequest.newBuilder().addAllPreferences(preferences).setUnit(proto(unit));
    Arrays.stream(prompt).forEach(request::addPromptTokenIds);
    for (int[] response : responses) {
      ResponseTokens.Builder tokens = ResponseTokens.newBuilder();
      Arrays.stream(response).forEach(tokens::addIds);
      request.addResponses(tokens);
    }
    Duration timeout = channel.timeouts().step().multipliedBy(responses.size());
    return channel
        .ask(
            c ->
                RewardServiceGrpc.newBlockingV2Stub(c)
                    .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .scoreSequences(request.build()))
        .getRewardsList()
        .stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  static dev.panda.api.reward.v1.RewardUnit proto(RewardUnit unit) {
    return switch (unit) {
      case NORMALISED -> dev.panda.api.reward.v1.RewardUnit.REWARD_UNIT_NORMALISED;
      case RAW -> dev.panda.api.reward.v1.RewardUnit.REWARD_UNIT_RAW;
    };
  }

  @Override
  public void close() {
    channel.close();
  }
}
