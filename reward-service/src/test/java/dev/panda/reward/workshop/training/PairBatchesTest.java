package dev.panda.reward.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.decoder.PreferenceBatch;
import dev.panda.transformer.reward.Pooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PairBatchesTest {
  /** Pair i: prompt [1, 2], chosen i + 1 tokens, rejected 4, all of them i. */
  private static EncodedPair pair(int i) {
    return new EncodedPair(
        new PreferencePair(List.of(new ChatMessage("user", "Q" + i)), "a", "b"),
        response(i + 1, i),
        response(4, i));
  }

  private static ResponseTokens response(int length, int token) {
    int[] tokens = new int[2 + length];
    Arrays.fill(tokens, token);
    return new ResponseTokens(tokens, 2, false);
  }

  private static PairBatches batches(Pooling pooling, int size, int microSize) {
    return new PairBatches(
        IntStream.range(0, 10).mapToObj(PairBatchesTest::pair).toList(),
        pair -> Cuts.evaluated(),
        pooling,
        size,
        microSize,
        7);
  }

  private static List<Long> tokens(List<PreferenceBatch> pieces) {
    List<Long> tokens = new ArrayList<>();
    for (PreferenceBatch piece : pieces) {
      for (int row = 0; row < piece.ids().length; row += 2) {
        tokens.add(piece.ids()[row][0]);
      }
    }
    return tokens;
  }

  @Test
  void aPassHasEachPairOnceAndTheNextInAnotherOrder() {
    PairBatches batches = batches(Pooling.MEAN, 4, 2);
    assertThat(batches.perPass()).isEqualTo(3);
    Set<Long> seen = new HashSet<>();
    for (int update = 1; update <= 3; update++) {
      List<Long> tokens = tokens(batches.of(update));
      assertThat(tokens).hasSize(update < 3 ? 4 : 2).isSorted();
      seen.addAll(tokens);
    }
    assertThat(seen).hasSize(10);
    assertThat(tokens(batches.of(4))).isNotEqualTo(tokens(batches.of(1)));
    assertThat(tokens(batches(Pooling.MEAN, 4, 2).of(5))).isEqualTo(tokens(batches.of(5)));
    assertThat(batches.of(1)).extracting(PreferenceBatch::pairs).containsExactly(2, 2);
  }

  @ParameterizedTest
  @EnumSource
  void sharesFollowThePooling(Pooling pooling) {
    PreferenceBatch piece = batches(pooling, 10, 1).all().get(9);
    assertThat(piece.ids()).hasDimensions(2, 12);
    float[] whole = piece.shares()[0][0];
    float[] quarter = piece.shares()[1][3];
    if (pooling == Pooling.LAST) {
      assertThat(whole).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    } else {
      assertThat(whole)
          .containsExactly(0, 0, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f);
    }
    assertThat(quarter).containsExactly(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }
}
