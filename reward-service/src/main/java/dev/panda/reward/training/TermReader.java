package dev.panda.reward.training;

import dev.panda.reward.head.RewardModel;
import dev.panda.reward.head.RewardTrace;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Terms of every token of responses, read as the service reads them, and the rewards that follow.
 *
 * @param terms of the head in question
 */
record TermReader(Backbone.Terms terms) {

  /**
   * w · h, without the bias, of the tokens of each response.
   *
   * @param task what this is done for, for people
   */
  Map<ResponseTokens, float[]> read(
      String task, Collection<ResponseTokens> responses, Progress.Display display) {
    List<ResponseTokens> distinct = responses.stream().distinct().toList();
    Map<ResponseTokens, float[]> read = new LinkedHashMap<>();
    try (Progress progress = display.start(task, distinct.size())) {
      for (ResponseTokens response : distinct) {
        read.put(response, terms.of(response.tokens(), response.start()));
        progress.advance(1);
      }
    } catch (CompletionException e) {
      throw new TrainingException("backbone: " + e.getCause().getMessage(), e);
    }
    return read;
  }

  /**
   * Raw rewards of a response at each of its ends.
   *
   * @param read w · h of its tokens
   */
  static double[] rewards(RewardModel model, ResponseTokens response, float[] read) {
    return Arrays.stream(response.ends())
        .mapToDouble(
            end -> {
              RewardTrace trace = new RewardTrace(model);
              for (int i = 0; i < end - response.start(); i++) {
                trace.accept(read[i]);
              }
              return trace.raw();
            })
        .toArray();
  }
}
