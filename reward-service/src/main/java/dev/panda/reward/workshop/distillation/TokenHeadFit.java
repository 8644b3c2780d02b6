package dev.panda.reward.workshop.distillation;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.training.Standardisation;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.decoder.DivergenceException;
import dev.panda.transformer.decoder.TokenHeadBatch;
import dev.panda.transformer.decoder.TrainableTokenHead;
import dev.panda.transformer.decoder.UpdateStep;
import dev.panda.transformer.reward.TokenHead;
import dev.panda.transformer.workshop.training.LearningRate;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Fits a token head to steps, with states from one layer. Training standardises states, embeddings
 * and projections; the resulting head takes them unstandardised.
 */
final class TokenHeadFit {
  private static final int STEPS_AT_ONCE = 256;
  private static final double CLIP = 1;
  private static final double WARM_UP = 0.05;

  private final ModelConfig config;
  private final Embeddings embeddings;
  private final Options options;
  private final List<NextTokenStep> steps;
  private final int layerIndex;
  private final Standardisation states;
  private final Standardisation tokens;
  private final Standardisation targets;
  private final Map<Integer, float[]> scaledTokens = new HashMap<>();

  /**
   * Options of the fit.
   *
   * @param rank of the bilinear form, at least 1
   * @param epochs passes over the steps
   * @param learningRate peak of the learning rate
   * @param decay weight decay
   * @param seed for initial weights and order
   */
  record Options(
      int rank,
      int epochs,
      double learningRate,
      double decay,
      long seed,
      String device,
      int threads) {}

  /**
   * @param layerIndex index of the state to read in each step
   */
  TokenHeadFit(
      ModelConfig config,
      Embeddings embeddings,
      Options options,
      List<NextTokenStep> steps,
      int layerIndex) {
    this.config = config;
    this.embeddings = embeddings;
    this.options = options;
    this.steps = steps;
    this.layerIndex = layerIndex;
    this.states =
        Standardisation.of(steps.stream().map(step -> step.states()[layerIndex]).toList());
    this.targets =
        Standardisation.of(steps.stream().map(step -> new float[] {step.projection()}).toList());
    this.tokens =
        Standardisation.of(
            steps.stream().map(NextTokenStep::token).distinct().map(embeddings::of).toList());
  }

  /**
   * @throws TrainingException if training diverges
   */
  TokenHead run(BatchProgress progress) {
    try (TrainableTokenHead head =
        new TrainableTokenHead(
            config, options.rank(), options.seed(), options.device(), options.threads())) {
      int perPass = perPass();
      int total = updates();
      LearningRate rate =
          new LearningRate(options.learningRate(), Math.max(1, Math.round(WARM_UP * total)));
      List<NextTokenStep> order = new ArrayList<>(steps);
      Random random = new Random(options.seed());
      for (int update = 1; update <= total; update++) {
        int from = (update - 1) % perPass * STEPS_AT_ONCE;
        if (from == 0) {
          Collections.shuffle(order, random);
        }
        List<NextTokenStep> some =
            order.subList(from, Math.min(order.size(), from + STEPS_AT_ONCE));
        double loss =
            head.learn(
                batch(some), update, new UpdateStep(rate.at(update, total), options.decay(), CLIP));
        progress.show("loss %.3f".formatted(loss));
        progress.advance(1);
      }
      return folded(head.parts());
    } catch (DivergenceException e) {
      throw new TrainingException("token head: " + e.getMessage(), e);
    }
  }

  /** Number of updates. */
  int updates() {
    return perPass() * options.epochs();
  }

  private int perPass() {
    return (steps.size() + STEPS_AT_ONCE - 1) / STEPS_AT_ONCE;
  }

  private TokenHeadBatch batch(List<NextTokenStep> some) {
    float[] projections = new float[some.size()];
    for (int i = 0; i < projections.length; i++) {
      projections[i] = targets.apply(new float[] {some.get(i).projection()})[0];
    }
    return new TokenHeadBatch(
        some.stream().map(step -> states.apply(step.states()[layerIndex])).toArray(float[][]::new),
        some.stream().map(step -> scaled(step.token())).toArray(float[][]::new),
        projections);
  }

  private float[] scaled(int token) {
    return scaledTokens.computeIfAbsent(token, z -> tokens.apply(embeddings.of(z)));
  }

  /**
   * Converts the form to unstandardised states and tokens, in the units of projections. The term u
   * · h becomes one more row of S, with the same factor for every token.
   */
  private TokenHead folded(TrainableTokenHead.Parts parts) {
    int rank = options.rank();
    int size = embeddings.size();
    double deviation = targets.deviation()[0];
    float[][] rows = new float[rank + 1][size];
    double[] atMean = new double[rank + 1];
    for (int i = 0; i <= rank; i++) {
      for (int d = 0; d < size; d++) {
        float weight = i < rank ? parts.a()[i * size + d] : parts.u()[d];
        rows[i][d] = (float) (weight / states.deviation()[d]);
        atMean[i] += rows[i][d] * states.mean()[d];
      }
    }
    float[] factors = new float[embeddings.vocabularySize() * (rank + 1)];
    float[] offsets = new float[embeddings.vocabularySize()];
    for (int token = 0; token < offsets.length; token++) {
      float[] e = tokens.apply(embeddings.of(token));
      double offset = parts.c();
      for (int d = 0; d < size; d++) {
        offset += parts.v()[d] * e[d];
      }
      offset = targets.mean()[0] + deviation * offset;
      for (int i = 0; i <= rank; i++) {
        double factor = deviation * (i < rank ? dot(parts.b(), i * size, e) : 1);
        factors[token * (rank + 1) + i] = (float) factor;
        offset -= factor * atMean[i];
      }
      offsets[token] = (float) offset;
    }
    return new TokenHead(rows, factors, offsets);
  }

  private static float dot(float[] matrix, int from, float[] vector) {
    float sum = 0;
    for (int i = 0; i < vector.length; i++) {
      sum += matrix[from + i] * vector[i];
    }
    return sum;
  }
}
