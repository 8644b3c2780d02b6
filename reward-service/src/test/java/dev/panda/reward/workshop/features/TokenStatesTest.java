package dev.panda.reward.workshop.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenStatesTest {
  private static final int[] LAYERS = {1, 3};
  private static final ResponseTokens RESPONSE =
      new ResponseTokens(IntStream.range(3, 40).toArray(), 4, true);

  @TempDir private Path folder;
  private FeatureSpace space;

  @BeforeEach
  void write() {
    TinyCheckpoint.llama(4).layers(3).write(folder.resolve("tiny"));
    space = new FeatureSpace("fingerprint", "float32", LAYERS, 32);
  }

  @Test
  void theFeaturesAreTheSameBitsWithAndWithoutStates() {
    float[] without = extract("without", List.of());
    float[] with = extract("with", List.of(RESPONSE));

    assertThat(with).isEqualTo(without);
  }

  @Test
  void givesTheTermsThatASecondPassReads() {
    extract("cache", List.of(RESPONSE));
    float[] weight = new float[32];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) Math.sin(i);
    }
    try (Checkpoint checkpoint = Checkpoints.open(folder.resolve("tiny"));
        FrozenBackbone.Terms terms =
            backbone(checkpoint)
                .terms(List.of(new Projection(1, weight), new Projection(3, weight)));
        FeatureCache cache = FeatureCache.open(folder.resolve("cache"), space)) {
      float[][] read = terms.ofEach(RESPONSE.tokens(), RESPONSE.start());
      for (int i = 0; i < LAYERS.length; i++) {
        assertThat(cache.states(space).terms(RESPONSE, LAYERS[i], weight))
            .hasSize(33)
            .containsExactly(read[i], Offset.offset(1e-4f));
      }
    }
  }

  @Test
  void readsDamagedStatesAgain() throws IOException {
    extract("cache", List.of(RESPONSE));
    Path file;
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      file = files.filter(f -> f.getParent().endsWith("states")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    damaged[100] ^= 4;
    Files.write(file, damaged);

    extract("cache", List.of(RESPONSE));

    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  private float[] extract(String name, List<ResponseTokens> sample) {
    try (Checkpoint checkpoint = Checkpoints.open(folder.resolve("tiny"));
        FeatureCache cache = FeatureCache.open(folder.resolve(name), space)) {
      new FeatureExtraction(backbone(checkpoint), space, cache)
          .run(List.of(RESPONSE), sample, BatchProgress.Display.NONE);
      return cache.read(RESPONSE, 0, LAYERS.length * 2 * Cuts.PARTS * 32);
    }
  }

  private static FrozenBackbone backbone(Checkpoint checkpoint) {
    return new EngineBackbone(
        checkpoint, new EngineBackbone.Options(Numerics.FLOAT32, "cpu", 1, 64));
  }
}
