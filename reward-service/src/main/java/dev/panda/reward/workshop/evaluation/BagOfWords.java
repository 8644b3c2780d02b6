package dev.panda.reward.workshop.evaluation;

import dev.panda.reward.workshop.fit.BradleyTerryLoss;
import dev.panda.reward.workshop.fit.Lbfgs;
import dev.panda.reward.workshop.pairs.Cuts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A baseline: logistic regression on the difference of unit-length TF-IDF vectors of words and word
 * pairs, trained on the same pairs and cuts as a head.
 *
 * @param vocabulary index of each word or word pair
 * @param rarity log of the number of responses over the number of responses that contain the entry,
 *     plus 1 [size]
 * @param weights [size]
 */
record BagOfWords(Map<String, Integer> vocabulary, double[] rarity, double[] weights)
    implements Baseline {
  private static final int FEWEST_RESPONSES = 2;
  private static final List<Double> PENALTIES = List.of(1e-2, 1e-3, 1e-4);
  private static final Lbfgs SOLVER = new Lbfgs(100, 1e-6);

  /**
   * Fits the baseline with the penalty that gives the least loss on the validation pairs.
   *
   * @param refit whether to fit it afterwards to the validation pairs too
   */
  static BagOfWords fit(List<PairTexts> training, List<PairTexts> validation, boolean refit) {
    BagOfWords bag = unweighted(training);
    List<SparseRow> rows = bag.differences(training);
    List<SparseRow> heldOut = bag.differences(validation);
    BagOfWords best = bag;
    double bestPenalty = Double.NaN;
    double least = Double.POSITIVE_INFINITY;
    for (double penalty : PENALTIES) {
      BagOfWords fitted = bag.fit(rows, penalty);
      double loss =
          BradleyTerryLoss.mean(heldOut.stream().mapToDouble(r -> r.dot(fitted.weights)).toArray());
      if (loss < least) {
        least = loss;
        best = fitted;
        bestPenalty = penalty;
      }
    }
    if (!refit) {
      return best;
    }
    List<PairTexts> all = Stream.concat(training.stream(), validation.stream()).toList();
    BagOfWords whole = unweighted(all);
    return whole.fit(whole.differences(all), bestPenalty);
  }

  private BagOfWords fit(List<SparseRow> rows, double penalty) {
    var loss = new SparseBradleyTerryLoss(rows, weights.length, penalty);
    return new BagOfWords(vocabulary, rarity, SOLVER.minimise(loss, new double[weights.length]));
  }

  private static BagOfWords unweighted(List<PairTexts> pairs) {
    Set<List<String>> responses = new HashSet<>();
    for (PairTexts pair : pairs) {
      responses.add(pair.chosen().get(0));
      responses.add(pair.rejected().get(0));
    }
    Map<String, Integer> holders = new TreeMap<>();
    for (List<String> response : responses) {
      counts(response).keySet().forEach(gram -> holders.merge(gram, 1, Integer::sum));
    }
    holders.values().removeIf(count -> count < FEWEST_RESPONSES);
    Map<String, Integer> vocabulary = new HashMap<>();
    double[] rarity = new double[holders.size()];
    holders.forEach(
        (gram, count) -> {
          rarity[vocabulary.size()] = Math.log((1.0 + responses.size()) / (1 + count)) + 1;
          vocabulary.put(gram, vocabulary.size());
        });
    return new BagOfWords(vocabulary, rarity, new double[rarity.length]);
  }

  @Override
  public double margin(PairTexts pair, int cut) {
    return difference(pair, cut).dot(weights);
  }

  private List<SparseRow> differences(List<PairTexts> pairs) {
    return pairs.stream()
        .flatMap(
            pair -> IntStream.range(0, Cuts.PERCENTS.size()).mapToObj(cut -> difference(pair, cut)))
        .toList();
  }

  private SparseRow difference(PairTexts pair, int cut) {
    return row(pair.chosen().get(cut)).minus(row(pair.rejected().get(cut)));
  }

  private SparseRow row(List<String> words) {
    TreeMap<Integer, Double> values = new TreeMap<>();
    counts(words)
        .forEach(
            (gram, count) -> {
              Integer index = vocabulary.get(gram);
              if (index != null) {
                values.put(index, count * rarity[index]);
              }
            });
    double norm = Math.sqrt(values.values().stream().mapToDouble(v -> v * v).sum());
    int[] indices = values.keySet().stream().mapToInt(Integer::intValue).toArray();
    float[] scaled = new float[indices.length];
    int i = 0;
    for (double value : values.values()) {
      scaled[i++] = (float) (value / norm);
    }
    return new SparseRow(indices, scaled);
  }

  private static Map<String, Integer> counts(List<String> words) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      counts.merge(words.get(i), 1, Integer::sum);
      if (i > 0) {
        counts.merge(words.get(i - 1) + " " + words.get(i), 1, Integer::sum);
      }
    }
    return counts;
  }
}
