package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.transformer.workshop.training.Hashes;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The beginnings of a pair's responses to train on, all with the label of the whole responses
 * (specification, Partial sequences).
 */
public enum TrainingCuts {
  /** The whole response, three quarters, a half and a quarter: the cuts that evaluation uses. */
  QUARTERS {
    @Override
    int[] of(PreferencePair pair, long seed) {
      return Cuts.evaluated();
    }
  },
  /** The whole response and as many cuts as with quarters, drawn for each prompt. */
  RANDOM {
    @Override
    int[] of(PreferencePair pair, long seed) {
      ByteBuffer hash = Hashes.of(seed, pair.messages());
      int[] drawn =
          IntStream.range(1, Cuts.PARTS)
              .boxed()
              .sorted(Comparator.comparing(hash::get))
              .limit(Cuts.PERCENTS.size() - 1L)
              .mapToInt(Integer::intValue)
              .sorted()
              .toArray();
      return IntStream.concat(IntStream.of(0), IntStream.of(drawn)).toArray();
    }
  },
  /** Every eighth: the label applies from the beginning to the end. */
  EVERY {
    @Override
    int[] of(PreferencePair pair, long seed) {
      return IntStream.range(0, Cuts.PARTS).toArray();
    }
  };

  /**
   * Ascending indices of {@link Cuts#all}, the whole response first; the same number for all pairs.
   *
   * @param seed for the draw
   */
  abstract int[] of(PreferencePair pair, long seed);
}
