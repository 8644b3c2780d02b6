package dev.panda.basemodel.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final List<EncodedAnswer> ANSWERS = Toy.answers(101, 1);

  private static List<String> rows(Batches batches, long firstUpdate, long lastUpdate) {
    List<String> rows = new ArrayList<>();
    for (long update = firstUpdate; update <= lastUpdate; update++) {
      Batch batch = batches.of(update);
      for (int row = 0; row < batch.ids().length; row++) {
        int length = (int) LongStream.of(batch.targets()[row]).filter(t -> t >= 0).count() + 3;
        rows.add(Arrays.toString(Arrays.copyOf(batch.ids()[row], length)));
      }
    }
    return rows;
  }

  @Test
  void everyPassHoldsEveryAnswerOnce() {
    Batches batches = new Batches(ANSWERS, 8, 3);
    assertThat(batches.perPass()).isEqualTo(13);
    List<String> all =
        ANSWERS.stream().map(answer -> Arrays.toString(answer.ids(answer.length()))).toList();
    assertThat(rows(batches, 1, 13)).containsExactlyInAnyOrderElementsOf(all);
    assertThat(rows(batches, 14, 26)).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void passesDifferAndSeedsDiffer() {
    Batches batches = new Batches(ANSWERS, 8, 3);
    assertThat(rows(batches, 1, 13)).isNotEqualTo(rows(batches, 14, 26));
    assertThat(rows(batches, 1, 13)).isNotEqualTo(rows(new Batches(ANSWERS, 8, 4), 1, 13));
  }

  @Test
  void anUpdateHasItsBatchWhereverTrainingBegan() {
    Batches uninterrupted = new Batches(ANSWERS, 8, 3);
    rows(uninterrupted, 1, 29);
    assertThat(rows(new Batches(ANSWERS, 8, 3), 30, 41)).isEqualTo(rows(uninterrupted, 30, 41));
  }

  @Test
  void answersOfABatchAreOfAboutOneLength() {
    Batches batches = new Batches(ANSWERS, 8, 3);
    long padded = 0;
    long tokens = 0;
    for (long update = 1; update <= 13; update++) {
      Batch batch = batches.of(update);
      padded += (long) batch.ids().length * batch.ids()[0].length;
      tokens += batch.tokens();
    }
    assertThat(padded).isLessThan(tokens * 115 / 100);
  }

  @Test
  void countsTokensAndTargets() {
    Batch batch =
        Batch.of(
            List.of(
                new EncodedAnswer(new int[] {1, 2, 3, 4}, 2),
                new EncodedAnswer(new int[] {5, 6}, 1)));
    assertThat(batch.ids()).isDeepEqualTo(new long[][] {{1, 2, 3}, {5, 0, 0}});
    assertThat(batch.targets()).isDeepEqualTo(new long[][] {{-100, 3, 4}, {6, -100, -100}});
    assertThat(batch.tokens()).isEqualTo(4);
    assertThat(batch.learned()).isEqualTo(3);
  }
}
