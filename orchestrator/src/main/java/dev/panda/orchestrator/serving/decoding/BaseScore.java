package dev.panda.orchestrator.serving.decoding;

import java.util.Arrays;

/** The base model's part of a candidate's score s(z, λ). */
public enum BaseScore {
  /** log π_b(z) (paper, Lemma 1). */
  LOG_PROBABILITY {
    @Override
    double[] of(Candidates candidates) {
      return candidates.logProbabilities();
    }
  },
  /** The logit of z: the choices of {@link #LOG_PROBABILITY}, other scores (ARGS). */
  LOGIT {
    @Override
    double[] of(Candidates candidates) {
      if (candidates.logits().length == 0) {
        throw new IllegalArgumentException("logits: none (expected: one for each candidate)");
      }
      return candidates.logits();
    }
  },
  /** π_b(z) (paper, Algorithm 1, line 6, to the letter). */
  PROBABILITY {
    @Override
    double[] of(Candidates candidates) {
      return Arrays.stream(candidates.logProbabilities()).map(Math::exp).toArray();
    }
  };

  /** The candidates' base scores [k]. */
  abstract double[] of(Candidates candidates);
}
