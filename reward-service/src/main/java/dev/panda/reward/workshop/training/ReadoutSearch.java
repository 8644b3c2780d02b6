package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.evaluation.PairAccuracy;
import dev.panda.reward.workshop.features.FeatureCache;
import dev.panda.reward.workshop.features.FeatureSpace;
import dev.panda.reward.workshop.fit.BradleyTerryLoss;
import dev.panda.reward.workshop.fit.Lbfgs;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.transformer.reward.Pooling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Fits heads at readouts and measures them on held-out pairs. Each readout gets the penalty with
 * the least held-out loss, which is smoother than accuracy. The search returns readouts best first;
 * {@link ReadoutChoice} chooses one.
 *
 * @param cache contains the features of all pairs
 * @param cuts the cuts of each pair to train on
 * @param poolings at least one
 * @param penalties strengths of the L2 penalty, at least one
 */
record ReadoutSearch(
    FeatureSpace space,
    FeatureCache cache,
    Function<PreferencePair, int[]> cuts,
    List<Pooling> poolings,
    List<Double> penalties) {
  private static final Lbfgs SOLVER = new Lbfgs(200, 1e-5);
  private static final Comparator<FittedReadout> BEST_FIRST =
      Comparator.comparingDouble(FittedReadout::accuracy)
          .reversed()
          .thenComparingInt(FittedReadout::layer);

  ReadoutSearch {
    poolings = List.copyOf(poolings);
    penalties = penalties.stream().sorted(Comparator.reverseOrder()).toList();
  }

  /** Fits heads for all readouts and penalties, and measures them; returns readouts best first. */
  List<FittedReadout> run(
      List<EncodedPair> training, HeldOutMargins heldOut, BatchProgress.Display display) {
    List<FittedHead> heads = fit(training, display);
    List<double[]> margins = heldOut.of(heads);
    Map<String, FittedReadout> best = new LinkedHashMap<>();
    for (int i = 0; i < heads.size(); i++) {
      FittedHead head = heads.get(i);
      best.merge(
          head.layer() + " " + head.pooling(),
          new FittedReadout(
              head.layer(),
              head.pooling(),
              head.penalty(),
              BradleyTerryLoss.mean(margins.get(i)),
              accuracies(margins.get(i))),
          (first, second) -> second.loss() < first.loss() ? second : first);
    }
    return best.values().stream()
        .flatMap(
            fitted ->
                poolings.stream()
                    .filter(asked -> FittedHead.ofFeatures(asked) == fitted.pooling())
                    .map(asked -> as(fitted, asked)))
        .sorted(BEST_FIRST)
        .toList();
  }

  private List<FittedHead> fit(List<EncodedPair> training, BatchProgress.Display display) {
    Set<Pooling> pooled = new LinkedHashSet<>();
    poolings.forEach(pooling -> pooled.add(FittedHead.ofFeatures(pooling)));
    List<FittedHead> heads = new ArrayList<>();
    try (BatchProgress progress =
        display.start("Readouts", (long) space.layers().length * pooled.size())) {
      for (int layer : space.layers()) {
        for (Pooling pooling : pooled) {
          heads.addAll(fit(layer, pooling, training));
          progress.advance(1);
        }
      }
    }
    return heads;
  }

  /** Measures heads on pairs whose features are in the cache, without a clip. */
  HeldOutMargins onFeatures(List<EncodedPair> validation) {
    return heads -> {
      List<double[]> margins = new ArrayList<>();
      FittedHead before = null;
      float[][] differences = new float[0][];
      for (FittedHead head : heads) {
        if (before == null
            || before.layer() != head.layer()
            || before.pooling() != head.pooling()) {
          differences =
              head.head()
                  .standardisation()
                  .differences(
                      features(head.layer(), head.pooling(), validation, pair -> Cuts.evaluated()));
        }
        margins.add(margins(head.head().v(), differences));
        before = head;
      }
      return margins;
    };
  }

  private static FittedReadout as(FittedReadout fitted, Pooling pooling) {
    return new FittedReadout(
        fitted.layer(), pooling, fitted.penalty(), fitted.loss(), fitted.accuracies());
  }

  /** Fits the head of a readout to some pairs. */
  StandardisedHead refit(FittedReadout readout, List<EncodedPair> pairs) {
    PairFeatures features = features(readout.layer(), readout.pooling(), pairs, cuts);
    Standardisation standardisation = Standardisation.of(features);
    float[][] differences = standardisation.differences(features);
    double[] v = new double[features.size()];
    for (double penalty : penalties) {
      if (penalty >= readout.penalty()) {
        v = solve(differences, penalty, v);
      }
    }
    return new StandardisedHead(standardisation, v);
  }

  /** The heads of a readout, one for each penalty. */
  private List<FittedHead> fit(int layer, Pooling pooling, List<EncodedPair> training) {
    PairFeatures trained = features(layer, pooling, training, cuts);
    Standardisation standardisation = Standardisation.of(trained);
    float[][] differences = standardisation.differences(trained);
    List<FittedHead> heads = new ArrayList<>();
    double[] v = new double[trained.size()];
    for (double penalty : penalties) {
      v = solve(differences, penalty, v);
      heads.add(new FittedHead(layer, pooling, penalty, new StandardisedHead(standardisation, v)));
    }
    return heads;
  }

  private PairFeatures features(
      int layer, Pooling pooling, List<EncodedPair> pairs, Function<PreferencePair, int[]> read) {
    return PairFeatures.read(cache, space.offset(layer, pooling), space.hiddenSize(), pairs, read);
  }

  private static double[] solve(float[][] differences, double penalty, double[] start) {
    return SOLVER.minimise(new BradleyTerryLoss(differences, start.length, penalty), start);
  }

  private static double[] margins(double[] v, float[][] differences) {
    double[] margins = new double[differences.length];
    for (int row = 0; row < margins.length; row++) {
      margins[row] = BradleyTerryLoss.dot(v, differences[row]);
    }
    return margins;
  }

  /**
   * The accuracy at each cut.
   *
   * @param margins [pair × cut]
   */
  static double[] accuracies(double[] margins) {
    int cuts = Cuts.PERCENTS.size();
    double[] accuracies = new double[cuts];
    for (int row = 0; row < margins.length; row++) {
      accuracies[row % cuts] += PairAccuracy.correct(margins[row]) * cuts / margins.length;
    }
    return accuracies;
  }
}
