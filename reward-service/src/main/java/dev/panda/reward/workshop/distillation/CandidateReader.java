package dev.panda.reward.workshop.distillation;

import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.reward.RewardModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Reads steps of responses with the backbone's likeliest candidates, and scores each candidate
 * separately. Estimates are measured against these scores.
 *
 * @param base engine with a language-model head
 * @param rewards engine whose first projection is the reward model's
 * @param layers blocks after which to read states
 * @param k number of candidates in each step
 */
record CandidateReader(Engine base, Engine rewards, RewardModel teacher, int[] layers, int k) {
  private static final int[] NONE = {};

  /**
   * @param tokens prompt and response
   * @param lengths of the sequence before each step, ascending, at least 1
   */
  CompletableFuture<List<CandidateStep>> read(int[] tokens, int[] lengths) {
    int longest = lengths[lengths.length - 1];
    CompletableFuture<float[]> states = rewards.pool(tokens, 0, lengths, layers);
    CompletableFuture<List<CandidateStep>> candidates =
        with(
            base.open(longest, 0),
            likely ->
                with(
                    rewards.open(longest + 1, k),
                    rewarded -> readFrom(likely, rewarded, tokens, lengths, new ArrayList<>())));
    return candidates.thenCombine(states, this::withStates);
  }

  private static <T> CompletableFuture<T> with(
      CompletableFuture<Sequence> opened, Function<Sequence, CompletableFuture<T>> use) {
    return opened.thenCompose(
        sequence -> use.apply(sequence).whenComplete((result, failure) -> sequence.close()));
  }

  /** Reads the candidates of the remaining steps. */
  private CompletableFuture<List<CandidateStep>> readFrom(
      Sequence likely, Sequence rewarded, int[] tokens, int[] lengths, List<CandidateStep> read) {
    int step = read.size();
    if (step == lengths.length) {
      return CompletableFuture.completedFuture(read);
    }
    int[] more = Arrays.copyOfRange(tokens, step == 0 ? 0 : lengths[step - 1], lengths[step]);
    return likely
        .advance(more, NONE, k)
        .thenCompose(
            accepted -> {
              int[] candidates = accepted.next().orElseThrow().ids();
              return rewarded
                  .advance(more, candidates, 0)
                  .thenApply(
                      scored -> {
                        float[] projections = projections(scored.candidateReadouts());
                        read.add(new CandidateStep(new float[0][], candidates, projections));
                        return read;
                      });
            })
        .thenCompose(now -> readFrom(likely, rewarded, tokens, lengths, now));
  }

  private float[] projections(float[][] readouts) {
    float[] projections = new float[readouts.length];
    for (int z = 0; z < projections.length; z++) {
      projections[z] = CandidateStep.clipped(teacher, readouts[z][0]);
    }
    return projections;
  }

  private List<CandidateStep> withStates(List<CandidateStep> steps, float[] values) {
    Pooled pooled = new Pooled(values, steps.size(), layers);
    List<CandidateStep> whole = new ArrayList<>();
    for (int step = 0; step < steps.size(); step++) {
      CandidateStep read = steps.get(step);
      whole.add(
          new CandidateStep(pooled.last(step, layers), read.candidates(), read.projections()));
    }
    return whole;
  }
}
