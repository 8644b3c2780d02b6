package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.features.FeatureCache;
import dev.panda.reward.workshop.features.FrozenBackbone;
import dev.panda.reward.workshop.features.TermReader;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.reward.RewardModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Measures fitted heads on held-out pairs as the service computes rewards, clipped: one pass over
 * each response serves all heads, to choose one of them and to evaluate it.
 */
final class ServedHeads implements HeldOutMargins {
  private final List<EncodedPair> pairs;
  private final FrozenBackbone backbone;
  private final Function<FittedHead, RewardModel> served;
  private final Function<List<RewardModel>, FeatureCache> caches;
  private final BatchProgress.Display display;

  private List<FittedHead> heads = List.of();
  private Map<ResponseTokens, float[]> rewards = Map.of();

  /**
   * @param served makes a head's reward model, with its clip
   * @param caches opens the cache of the rewards of several models
   */
  ServedHeads(
      List<EncodedPair> pairs,
      FrozenBackbone backbone,
      Function<FittedHead, RewardModel> served,
      Function<List<RewardModel>, FeatureCache> caches,
      BatchProgress.Display display) {
    this.pairs = pairs;
    this.backbone = backbone;
    this.served = served;
    this.caches = caches;
    this.display = display;
  }

  @Override
  public List<double[]> of(List<FittedHead> fitted) {
    heads = fitted;
    List<RewardModel> models = fitted.stream().map(served).toList();
    List<Projection> projections =
        IntStream.range(0, models.size())
            .mapToObj(i -> new Projection(fitted.get(i).layer(), models.get(i).head().weight()))
            .toList();
    List<ResponseTokens> responses = EncodedPairs.responses(pairs);
    try (FeatureCache cache = caches.apply(models)) {
      if (!responses.stream().allMatch(cache::contains)) {
        try (FrozenBackbone.Terms terms = backbone.terms(projections)) {
          new TermReader(terms).read(models, responses, cache, display);
        }
      }
      rewards = new HashMap<>();
      responses.forEach(
          response ->
              rewards.put(response, cache.read(response, 0, models.size() * Cuts.PERCENTS.size())));
    }
    return IntStream.range(0, models.size()).mapToObj(this::margins).toList();
  }

  private double[] margins(int head) {
    int cuts = Cuts.PERCENTS.size();
    return pairs.stream()
        .flatMapToDouble(
            pair ->
                IntStream.range(head * cuts, (head + 1) * cuts)
                    .mapToDouble(
                        i ->
                            (double) rewards.get(pair.chosen())[i]
                                - rewards.get(pair.rejected())[i]))
        .toArray();
  }

  /** The raw rewards of the held-out responses by a measured head, at each of their ends. */
  Map<ResponseTokens, float[]> rewards(FittedReadout readout) {
    int head =
        IntStream.range(0, heads.size())
            .filter(i -> heads.get(i).isOf(readout))
            .findFirst()
            .orElseThrow();
    int cuts = Cuts.PERCENTS.size();
    Map<ResponseTokens, float[]> its = new HashMap<>();
    rewards.forEach(
        (response, all) ->
            its.put(response, Arrays.copyOfRange(all, head * cuts, (head + 1) * cuts)));
    return its;
  }
}
