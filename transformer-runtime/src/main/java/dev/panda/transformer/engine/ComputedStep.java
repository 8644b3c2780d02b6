package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.StepOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is known of the tokens that may come next at one place of a sequence.
 *
 * @param behind number of the sequence's tokens before the place
 * @param next the likeliest tokens, if requested
 * @param draft the token that the draft has there, if it was computed
 * @param candidates the tokens that were evaluated; with guidance the first of {@code next}
 */
record ComputedStep(
    int behind, Optional<NextTokens> next, Optional<Candidate> draft, List<Candidate> candidates) {
  ComputedStep {
    candidates = List.copyOf(candidates);
  }

  /**
   * A token that was evaluated.
   *
   * @param place of its keys and values in the cache
   * @param readouts of the token [projection]
   * @param whole whether all blocks computed it; otherwise its state above the lower ones is kept
   * @param next the likeliest tokens after it, if known
   */
  record Candidate(int id, int place, float[] readouts, boolean whole, Optional<NextTokens> next) {

    /** Whether the model's output is finite. */
    boolean isFinite() {
      return StepOutput.isFinite(readouts) && next.map(NextTokens::isFinite).orElse(true);
    }
  }

  Optional<Candidate> candidate(int id) {
    return Stream.concat(draft.stream(), candidates.stream())
        .filter(candidate -> candidate.id == id && candidate.isFinite())
        .findFirst();
  }

  float[][] candidateReadouts() {
    return candidates.stream().map(Candidate::readouts).toArray(float[][]::new);
  }

  /** The places of candidates whose keys and values may not be finite either. */
  IntStream placesOfNoNumbers() {
    return candidates.stream().filter(c -> !c.isFinite()).mapToInt(Candidate::place);
  }

  /** The ids of the first next tokens, so many in all, that are still to be evaluated. */
  int[] unread(int count) {
    int[] ids = next.map(NextTokens::ids).orElse(new int[0]);
    return Arrays.stream(ids, candidates.size(), Math.max(candidates.size(), count))
        .filter(id -> !isDraft(id))
        .toArray();
  }

  private boolean isDraft(int id) {
    return draft.isPresent() && draft.get().id == id;
  }

  /**
   * The step with so many of its next tokens evaluated.
   *
   * @param readouts of those that were unread
   * @param place of the first of them
   */
  ComputedStep read(int count, float[][] readouts, int place) {
    List<Candidate> all = new ArrayList<>(candidates);
    int row = 0;
    while (all.size() < count) {
      int id = next.orElseThrow().ids()[all.size()];
      if (isDraft(id)) {
        all.add(draft.get());
      } else {
        all.add(new Candidate(id, place + row, readouts[row], false, Optional.empty()));
        row++;
      }
    }
    return new ComputedStep(behind, next, draft, all);
  }
}
