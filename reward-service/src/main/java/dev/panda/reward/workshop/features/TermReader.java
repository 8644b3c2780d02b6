package dev.panda.reward.workshop.features;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.reward.RewardException;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardTrace;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * Reads the terms of every token of responses, as the service does, and computes rewards from them.
 *
 * @param terms reads the head's terms
 */
public record TermReader(FrozenBackbone.Terms terms) {

  /** Reads w · h, without the bias, of the tokens of each response, for calibration. */
  public Map<ResponseTokens, float[]> read(
      List<ResponseTokens> responses, BatchProgress.Display display) {
    Map<ResponseTokens, float[]> read = new LinkedHashMap<>();
    try (BatchProgress progress = display.start("Calibration", responses.size())) {
      for (ResponseTokens response : responses) {
        read.put(response, terms(response));
        progress.advance(1);
      }
    }
    return read;
  }

  /**
   * Raw rewards of responses at each of their ends; computes those that the cache lacks.
   *
   * @param model the model whose head has these terms
   * @param cache cache of the model's rewards
   */
  public Map<ResponseTokens, float[]> rewards(
      RewardModel model,
      Collection<ResponseTokens> responses,
      FeatureCache cache,
      BatchProgress.Display display) {
    List<ResponseTokens> missing =
        responses.stream().distinct().filter(response -> !cache.contains(response)).toList();
    if (!missing.isEmpty()) {
      read(model, missing, cache, display);
    }
    return responses.stream()
        .distinct()
        .collect(Collectors.toMap(r -> r, r -> cache.read(r, 0, Cuts.PERCENTS.size())));
  }

  /**
   * Adds to a cache the raw rewards that it lacks, of responses at each of their ends by several
   * models.
   *
   * @param models in the order of the heads
   * @param cache cache of the models' rewards [model × end]
   */
  public void read(
      List<RewardModel> models,
      Collection<ResponseTokens> responses,
      FeatureCache cache,
      BatchProgress.Display display) {
    int cuts = Cuts.PERCENTS.size();
    List<ResponseTokens> missing =
        responses.stream().distinct().filter(response -> !cache.contains(response)).toList();
    try (BatchProgress progress = display.start("Held out", missing.size())) {
      for (ResponseTokens response : missing) {
        float[][] read = each(response);
        float[] rewards = new float[models.size() * cuts];
        for (int model = 0; model < models.size(); model++) {
          float[] its = rewards(models.get(model), response, read[model]);
          System.arraycopy(its, 0, rewards, model * cuts, cuts);
        }
        cache.add(response, rewards);
        progress.advance(1);
      }
    }
  }

  private void read(
      RewardModel model,
      List<ResponseTokens> responses,
      FeatureCache cache,
      BatchProgress.Display display) {
    try (BatchProgress progress = display.start("Evaluation", responses.size())) {
      for (ResponseTokens response : responses) {
        cache.add(response, rewards(model, response, terms(response)));
        progress.advance(1);
      }
    }
  }

  /**
   * Raw rewards of a response at each of its ends.
   *
   * @param read w · h of the response's tokens
   * @throws TrainingException if a term is not finite
   */
  public static float[] rewards(RewardModel model, ResponseTokens response, float[] read) {
    float[] rewards = new float[response.ends().length];
    try {
      for (int cut = 0; cut < rewards.length; cut++) {
        RewardTrace trace = new RewardTrace(model);
        for (int i = 0; i < response.ends()[cut] - response.start(); i++) {
          trace.accept(read[i]);
        }
        rewards[cut] = (float) trace.raw();
      }
    } catch (RewardException e) {
      throw new TrainingException(e.getMessage(), "Try --numerics float32.", e);
    }
    return rewards;
  }

  private float[] terms(ResponseTokens response) {
    return each(response)[0];
  }

  private float[][] each(ResponseTokens response) {
    try {
      float[][] read = terms.ofEach(response.tokens(), response.start());
      for (float[] head : read) {
        FeatureExtraction.requireFinite(head);
      }
      return read;
    } catch (CompletionException e) {
      throw new TrainingException("backbone: " + e.getCause().getMessage(), e);
    }
  }
}
