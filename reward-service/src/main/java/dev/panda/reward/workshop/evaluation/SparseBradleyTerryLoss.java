package dev.panda.reward.workshop.evaluation;

import dev.panda.reward.workshop.fit.BradleyTerryLoss;
import dev.panda.reward.workshop.fit.Objective;
import java.util.List;

/** {@link BradleyTerryLoss} over sparse differences. */
public record SparseBradleyTerryLoss(List<SparseRow> differences, int size, double l2)
    implements Objective {

  @Override
  public double evaluate(double[] v, double[] gradient) {
    double value = 0;
    for (int i = 0; i < size; i++) {
      gradient[i] = l2 * v[i];
      value += l2 / 2 * v[i] * v[i];
    }
    double share = 1.0 / differences.size();
    for (SparseRow difference : differences) {
      double margin = difference.dot(v);
      value += share * BradleyTerryLoss.negativeLogSigmoid(margin);
      double slope = -share * BradleyTerryLoss.sigmoid(-margin);
      for (int i = 0; i < difference.indices().length; i++) {
        gradient[difference.indices()[i]] += slope * difference.values()[i];
      }
    }
    return value;
  }
}
