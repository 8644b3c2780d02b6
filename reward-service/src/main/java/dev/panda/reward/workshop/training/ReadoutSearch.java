package dev.panda.reward.workshop.training;

import dev.panda.reward.serving.head.Pooling;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.evaluation.PairAccuracy;
import dev.panda.reward.workshop.features.FeatureCache;
import dev.panda.reward.workshop.features.FeatureSpace;
import dev.panda.reward.workshop.fit.BradleyTerryLoss;
import dev.panda.reward.workshop.fit.Lbfgs;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.PreferencePair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
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

  /** Fits all readouts; returns them best first. */
  List<FittedReadout> run(
      List<EncodedPair> training, List<EncodedPair> validation, BatchProgress.Display display) {
    List<FittedReadout> readouts = new ArrayList<>();
    Set<Pooling> features = new LinkedHashSet<>();
    poolings.forEach(pooling -> features.add(featuresOf(pooling)));
    int steps = space.layers().length * features.size();
    try (BatchProgress progress = display.start("Readouts", steps)) {
      for (int layer : space.layers()) {
        for (Pooling pooling : features) {
          FittedReadout fitted = fit(layer, pooling, training, validation);
          poolings.stream()
              .filter(asked -> featuresOf(asked) == pooling)
              .map(asked -> as(fitted, asked))
              .forEach(readouts::add);
          progress.advance(1);
        }
      }
    }
    readouts.sort(BEST_FIRST);
    return readouts;
  }

  /** The pooling of the features: an increment is a term of a mean, so it is fitted as the mean. */
  private static Pooling featuresOf(Pooling pooling) {
    return pooling == Pooling.INCREMENT ? Pooling.MEAN : pooling;
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

  private FittedReadout fit(
      int layer, Pooling pooling, List<EncodedPair> training, List<EncodedPair> validation) {
    PairFeatures trained = features(layer, pooling, training, cuts);
    Standardisation standardisation = Standardisation.of(trained);
    float[][] differences = standardisation.differences(trained);
    float[][] heldOut =
        standardisation.differences(features(layer, pooling, validation, pair -> Cuts.evaluated()));
    List<FittedReadout> fits = new ArrayList<>();
    double[] v = new double[trained.size()];
    for (double penalty : penalties) {
      v = solve(differences, penalty, v);
      double[] margins = margins(v, heldOut);
      fits.add(
          new FittedReadout(
              layer, pooling, penalty, BradleyTerryLoss.mean(margins), accuracies(margins)));
    }
    return Collections.min(fits, Comparator.comparingDouble(FittedReadout::loss));
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
