package dev.panda.reward.workshop.evaluation;

import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.reward.Accuracy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Measures how well scores distinguish the chosen from the rejected responses of pairs.
 *
 * @param byPrompt indices of the pairs of each prompt
 * @param seed for the intervals
 */
public record Evaluation(List<List<Integer>> byPrompt, long seed) {

  /** Score of a pair's chosen response minus that of its rejected one, whole or cut. */
  public interface Margins {
    double of(int pair, int cut);
  }

  public static Evaluation of(List<EncodedPair> pairs, long seed) {
    Map<List<ChatMessage>, List<Integer>> byPrompt = new LinkedHashMap<>();
    for (int i = 0; i < pairs.size(); i++) {
      List<ChatMessage> prompt = pairs.get(i).pair().messages();
      byPrompt.computeIfAbsent(prompt, first -> new ArrayList<>()).add(i);
    }
    return new Evaluation(List.copyOf(byPrompt.values()), seed);
  }

  /** Accuracies for each of {@link Cuts#PERCENTS}. */
  public List<Accuracy> accuracies(Margins margins) {
    return IntStream.range(0, Cuts.PERCENTS.size())
        .mapToObj(cut -> PairAccuracy.of(atCut(margins, cut), seed))
        .toList();
  }

  /** Expected calibration error on whole responses. */
  public double calibrationError(Margins margins) {
    return CalibrationError.expected(whole(margins));
  }

  /** Confidence and share of correct choices on whole responses. */
  public List<CalibrationError.Bin> reliability(Margins margins) {
    return CalibrationError.bins(whole(margins));
  }

  private double[] whole(Margins margins) {
    return atCut(margins, 0).stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private List<double[]> atCut(Margins margins, int cut) {
    return byPrompt.stream()
        .map(pairs -> pairs.stream().mapToDouble(pair -> margins.of(pair, cut)).toArray())
        .toList();
  }
}
