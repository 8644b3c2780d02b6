package dev.panda.transformer.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelFiles;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.Mutations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufPartsTest {
  private static final int TENSORS = 12;

  @TempDir Path folder;

  @Test
  void anyPartAndTheFolderOpenTheWholeModel() throws IOException {
    write(1, first(2, 0, TENSORS));
    write(2, second(2, 1, TENSORS));
    for (Path path : List.of(folder, part(1), part(2))) {
      try (Checkpoint checkpoint = Checkpoints.open(path)) {
        ModelTensors.check(checkpoint, 1, true);
        assertThat(checkpoint.path()).isEqualTo(path);
        assertThat(checkpoint.config().tieWordEmbeddings()).isFalse();
        assertThat(checkpoint.tensors()).hasSize(TENSORS);
        assertThat(checkpoint.read("lm_head.weight")).containsOnly(7).hasSize(48);
        assertThat(checkpoint.file("lm_head.weight")).isEqualTo(part(2));
        assertThat(checkpoint.file("model.norm.weight")).isEqualTo(part(1));
      }
      assertThat(ModelFiles.gguf(path)).hasValue(part(1));
    }
    assertThat(ModelFolders.name(part(2))).isEqualTo("tiny");
    assertThat(new ModelFolders(List.of(folder)).all()).containsExactly(part(1));
  }

  @Test
  void refusesAMissingPart() throws IOException {
    write(1, first(2, 0, TENSORS));
    refused("tiny-00002-of-00002.gguf: missing (expected: beside the other parts of the model)");
    Files.move(part(1), part(2));
    refused("tiny-00001-of-00002.gguf: missing");
  }

  @Test
  void refusesATruncatedPart() throws IOException {
    write(1, first(2, 0, TENSORS));
    byte[] whole = second(2, 1, TENSORS).bytes();
    for (int length : List.of(0, 3, 20, whole.length / 2, whole.length - 64)) {
      Files.write(part(2), Arrays.copyOf(whole, length));
      refused("tiny-00002-of-00002.gguf: ");
    }
  }

  @Test
  void refusesPartsThatDisagree() throws IOException {
    write(1, first(2, 0, TENSORS));
    write(2, second(3, 1, TENSORS));
    refused("tiny-00002-of-00002.gguf: split.count: 3 (expected: 2, as its name says)");
    write(2, second(2, 0, TENSORS));
    refused("tiny-00002-of-00002.gguf: split.no: 0 (expected: 1, as its name says");
    write(2, second(2, 1, TENSORS + 1));
    refused("tiny-00002-of-00002.gguf: split.tensors.count: 13 (expected: 12");
    write(2, new GgufBytes().tensor("output.weight", List.of(1), new float[1]));
    refused("tiny-00002-of-00002.gguf: split.count: missing (expected: 2");
    write(2, second(2, 1, TENSORS).tensor("output_norm.weight", List.of(1), new float[1]));
    refused("tiny-00002-of-00002.gguf: tensor output_norm.weight: in ", "tiny-00001-of-00002.gguf");
  }

  @Test
  void refusesAPartUnderAnotherName() throws IOException {
    Path renamed = Files.write(folder.resolve("renamed.gguf"), first(2, 0, TENSORS).bytes());
    refused("renamed.gguf: split.count: 2 (expected: a name like NAME-00001-of-00002.gguf");
    Files.move(renamed, folder.resolve("tiny-00003-of-00002.gguf"));
    assertThatThrownBy(() -> Checkpoints.open(folder.resolve("tiny-00003-of-00002.gguf")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tiny-00003-of-00002.gguf: not the name of a part (expected: 1 to 2");
  }

  @Test
  void oneOfOneIsWhole() throws IOException {
    Path file = folder.resolve("tiny-00001-of-00001.gguf");
    Files.write(file, GgufCheckpointTest.model("llama").integer("split.count", 1).bytes());
    Checkpoints.open(folder).close();
    Files.write(file, GgufCheckpointTest.model("llama").bytes());
    Checkpoints.open(file).close();
  }

  @Test
  void damageIsNeverMoreThanAnError() throws IOException {
    byte[] one = first(2, 0, TENSORS).bytes();
    byte[] two = second(2, 1, TENSORS).bytes();
    Mutations mutations = Mutations.seeded();
    for (int round = 0; round < 400; round++) {
      boolean inFirst = round % 8 > 3;
      Files.write(part(1), inFirst ? mutations.damage(one, round, 0, one.length) : one);
      Files.write(part(2), inFirst ? two : mutations.damage(two, round, 0, two.length));
      try (Checkpoint checkpoint = Checkpoints.open(folder)) {
        ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), true);
        checkpoint.tensors().keySet().forEach(checkpoint::read);
      } catch (CheckpointException e) {
        assertThat(e).hasMessageContaining(folder.toString());
      }
    }
  }

  private void refused(String... messages) {
    assertThatThrownBy(() -> Checkpoints.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(messages);
  }

  private Path part(int number) {
    return folder.resolve("tiny-0000" + number + "-of-00002.gguf");
  }

  private void write(int number, GgufBytes bytes) throws IOException {
    Files.write(part(number), bytes.bytes());
  }

  /** All tensors but one. */
  private static GgufBytes first(int count, int number, int tensors) {
    return split(GgufCheckpointTest.model("llama"), count, number, tensors);
  }

  private static GgufBytes second(int count, int number, int tensors) {
    float[] sevens = new float[48];
    Arrays.fill(sevens, 7);
    return split(new GgufBytes(), count, number, tensors)
        .tensor("output.weight", List.of(6, 8), sevens);
  }

  private static GgufBytes split(GgufBytes file, int count, int number, int tensors) {
    return file.integer("split.count", count)
        .integer("split.no", number)
        .integer("split.tensors.count", tensors);
  }
}
