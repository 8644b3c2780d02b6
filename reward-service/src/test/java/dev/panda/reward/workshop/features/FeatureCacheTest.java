package dev.panda.reward.workshop.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureCacheTest {
  private static final FeatureSpace SPACE =
      new FeatureSpace("backbone", "float32", new int[] {2, 5}, 3);
  private static final int RECORD_BYTES = 40 + SPACE.size() * Float.BYTES;

  @TempDir private Path root;

  @Test
  void keepsFeaturesOverProcesses() {
    try (FeatureCache cache = FeatureCache.open(root, SPACE)) {
      fill(cache, 5);
    }
    try (FeatureCache cache = FeatureCache.open(root, SPACE)) {
      assertThat(cache.size()).isEqualTo(5);
      for (int i = 0; i < 5; i++) {
        assertThat(cache.read(response(i), 0, SPACE.size())).isEqualTo(features(i));
        assertThat(cache.read(response(i), 7, 4)).isEqualTo(Arrays.copyOfRange(features(i), 7, 11));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 39, 40, 100})
  void ignoresATruncatedRecord(int missing) throws IOException {
    fillAndClose(5);
    try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
      file.setLength(file.length() - missing);
    }

    try (FeatureCache cache = FeatureCache.open(root, SPACE)) {
      assertThat(cache.size()).isEqualTo(4);
      assertThat(cache.contains(response(4))).isFalse();
      cache.add(response(4), features(4));
    }
    try (FeatureCache cache = FeatureCache.open(root, SPACE)) {
      assertThat(cache.size()).isEqualTo(5);
      assertThat(cache.read(response(4), 0, SPACE.size())).isEqualTo(features(4));
    }
    assertThat(file()).hasSize(5L * RECORD_BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aDamagedRecordIsWrittenAgainInItsPlace(long seed) throws IOException {
    fillAndClose(5);
    byte[] bytes = Files.readAllBytes(file());
    int position = 2 * RECORD_BYTES + new Random(seed).nextInt(RECORD_BYTES);
    bytes[position] ^= 4;
    Files.write(file(), bytes);

    try (FeatureCache cache = FeatureCache.open(root, SPACE)) {
      assertThat(cache.size()).isEqualTo(4);
      assertThat(cache.contains(response(2))).isFalse();
      cache.add(response(2), features(2));
      assertThat(cache.read(response(2), 0, SPACE.size())).isEqualTo(features(2));
      assertThat(cache.read(response(3), 0, SPACE.size())).isEqualTo(features(3));
    }
    assertThat(file()).hasSize(5L * RECORD_BYTES);
  }

  @Test
  void aHoleOfZeroesHoldsNoRecord() throws IOException {
    fillAndClose(1);
    try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
      file.setLength(3L * RECORD_BYTES);
    }

    try (FeatureCache cache = FeatureCache.open(root, SPACE)) {
      assertThat(cache.size()).isEqualTo(1);
    }
  }

  @Test
  void otherSpacesHaveOtherCaches() {
    fillAndClose(2);
    FeatureSpace other = new FeatureSpace("backbone", "int8", new int[] {2, 5}, 3);

    try (FeatureCache cache = FeatureCache.open(root, other)) {
      assertThat(cache.size()).isZero();
    }
  }

  @Test
  void isOpenedOnce() {
    try (FeatureCache cache = FeatureCache.open(root, SPACE)) {
      assertThat(cache.size()).isZero();
      assertThatThrownBy(() -> FeatureCache.open(root, SPACE))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("in use by another process");
    }
  }

  @Test
  void refusesAFolderThatIsAFile() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");

    assertThatThrownBy(() -> FeatureCache.open(file, SPACE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("cannot be used");
  }

  @Test
  void arrangesFeaturesByReadout() {
    float[] pooled = new float[SPACE.size()];
    for (int i = 0; i < pooled.length; i++) {
      pooled[i] = i; // [cut × layer × pooling × D]
    }

    float[] arranged = SPACE.arrange(pooled);

    int offset = SPACE.offset(5, Pooling.MEAN);
    assertThat(SPACE.offset(5, Pooling.INCREMENT)).isEqualTo(offset);
    assertThat(Arrays.copyOfRange(arranged, offset, offset + 6))
        .containsExactly(9, 10, 11, 21, 22, 23);
  }

  private void fillAndClose(int count) {
    try (FeatureCache cache = FeatureCache.open(root, SPACE)) {
      fill(cache, count);
    }
  }

  private static void fill(FeatureCache cache, int count) {
    for (int i = 0; i < count; i++) {
      cache.add(response(i), features(i));
    }
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(f -> f.endsWith("features.bin")).findFirst().orElseThrow();
    }
  }

  private static ResponseTokens response(int i) {
    return new ResponseTokens(new int[] {1, 2, i, 3}, 1, false);
  }

  private static float[] features(int i) {
    float[] features = new float[SPACE.size()];
    Random random = new Random(i);
    for (int j = 0; j < features.length; j++) {
      features[j] = random.nextFloat();
    }
    return features;
  }
}
