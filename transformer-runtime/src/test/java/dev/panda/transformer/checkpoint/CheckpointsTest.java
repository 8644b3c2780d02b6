package dev.panda.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final int ROUNDS = 1500;

  @TempDir Path folder;

  @Test
  void readsAFolderWithOneFile() {
    TinyCheckpoint tiny = TinyCheckpoint.qwen2(3);
    Map<String, TensorData> written = TinyCheckpoint.qwen2(3).tensors();
    try (Checkpoint checkpoint = Checkpoints.open(tiny.write(folder))) {
      ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), true);
      assertThat(checkpoint.tensors().keySet()).containsExactlyElementsOf(written.keySet());
      written.forEach(
          (name, tensor) -> assertThat(checkpoint.read(name)).isEqualTo(tensor.values()));
    }
  }

  @Test
  void readsShards() throws IOException {
    Map<String, TensorData> written = writeShards();
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), true);
      written.forEach(
          (name, tensor) -> assertThat(checkpoint.read(name)).isEqualTo(tensor.values()));
    }
  }

  @Test
  void namesShardsThatAreMissing() throws IOException {
    writeShards();
    Files.delete(folder.resolve("model-1.safetensors"));
    assertRefused("model.safetensors.index.json", "missing", "[model-1.safetensors]");
  }

  @Test
  void refusesAShardOutsideTheFolder() throws IOException {
    writeShards();
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"lm_head.weight\": \"../model-0.safetensors\"}}");
    assertRefused("model.safetensors.index.json", "lm_head.weight", "../model-0.safetensors");
  }

  @Test
  void refusesAShardWithoutItsTensor() throws IOException {
    writeShards();
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"other.weight\": \"model-0.safetensors\"}}");
    assertRefused("model-0.safetensors", "other.weight", "missing");
  }

  @Test
  void saysWhatItExpects() {
    assertRefused(folder + ": ", "no config.json and 0 GGUF models", "expected: a folder with");
    assertThatThrownBy(() -> Checkpoints.open(folder.resolve("none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve("none") + ": no such file or folder (expected:");
  }

  @Test
  void refusesAFolderWithoutWeights() throws IOException {
    Files.delete(TinyCheckpoint.llama(1).write(folder).resolve("model.safetensors"));
    assertRefused(folder.toString(), "0 *.safetensors files");
  }

  @Test
  void needsAHeadOnlyIfItIsRequested() {
    TinyCheckpoint.llama(1).labels(3).write(folder);
    try (Checkpoint classifier = Checkpoints.open(folder)) {
      ModelTensors.check(classifier, 2, false);
      assertThatThrownBy(() -> ModelTensors.check(classifier, 2, true))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(folder + ": tensor lm_head.weight: missing (expected: shape [64, 32])");
    }
  }

  @Test
  void tiedEmbeddingsNeedNoHead() {
    TinyCheckpoint.llama(1).tied(true).write(folder);
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      ModelTensors.check(checkpoint, 2, true);
    }
  }

  @Test
  void aHeadThatIsNotTheEmbeddingCounts() {
    Map<String, TensorData> tensors = TinyCheckpoint.llama(1).tensors();
    TinyCheckpoint.llama(1).tied(true).write(folder);
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThat(checkpoint.config().tieWordEmbeddings()).isFalse();
      ModelTensors.check(checkpoint, 2, true);
    }

    tensors.put("lm_head.weight", tensors.get("model.embed_tokens.weight"));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThat(checkpoint.config().tieWordEmbeddings()).isTrue();
    }
  }

  @Test
  void refusesAShardWithoutItsIndex() throws IOException {
    Path model = TinyCheckpoint.llama(1).write(folder).resolve("model.safetensors");
    Files.move(model, folder.resolve("model-00001-of-00002.safetensors"));
    assertRefused("1 *.safetensors files (expected: model.safetensors, or shards with");
  }

  @Test
  void namesTheShardOfAMisshapenTensor() throws IOException {
    writeShards();
    Path shard = folder.resolve("model-1.safetensors");
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(shard)) {
      file.tensors()
          .forEach(
              (name, info) ->
                  tensors.put(name, new TensorData(ScalarType.F32, info.shape(), file.read(name))));
    }
    tensors.computeIfPresent(
        "model.layers.0.input_layernorm.weight",
        (name, norm) -> new TensorData(ScalarType.F32, List.of(1, 32), norm.values()));
    SafetensorsWriter.write(shard, tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThatThrownBy(() -> ModelTensors.check(checkpoint, 2, true))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(
              "model-1.safetensors: tensor model.layers.0.input_layernorm.weight: shape [1, 32] (expected:"
                  + " [32])");
    }
  }

  @Test
  void damageIsNeverMoreThanAnError() throws IOException {
    TinyCheckpoint.llama(1).vocabSize(8).layers(1).write(folder);
    Mutations mutations = Mutations.seeded();
    for (String name : List.of("config.json", "model.safetensors")) {
      byte[] whole = Files.readAllBytes(folder.resolve(name));
      for (int round = 0; round < ROUNDS; round++) {
        byte[] damaged = mutations.damage(whole, round, 0, Math.min(whole.length, 1400));
        Files.write(folder.resolve(name), damaged);
        readAll();
      }
      Files.write(folder.resolve(name), whole);
    }
  }

  private void readAll() {
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), true);
      checkpoint.tensors().keySet().forEach(checkpoint::read);
    } catch (CheckpointException e) {
      assertThat(e).hasMessageContaining(folder.toString());
    }
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> Checkpoints.open(folder).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(parts);
  }

  private Map<String, TensorData> writeShards() throws IOException {
    Files.writeString(folder.resolve("config.json"), TinyCheckpoint.llama(5).config().toString());
    Map<String, TensorData> tensors = TinyCheckpoint.llama(5).tensors();
    StringBuilder weightMap = new StringBuilder();
    List<Map<String, TensorData>> shards = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
    int count = 0;
    for (Map.Entry<String, TensorData> tensor : tensors.entrySet()) {
      int shard = count++ % 2;
      shards.get(shard).put(tensor.getKey(), tensor.getValue());
      weightMap
          .append(count == 1 ? "" : ", ")
          .append("\"" + tensor.getKey() + "\": \"model-" + shard + ".safetensors\"");
    }
    for (int shard = 0; shard < 2; shard++) {
      SafetensorsWriter.write(
          folder.resolve("model-" + shard + ".safetensors"), shards.get(shard), Map.of());
    }
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\": {" + weightMap + "}}");
    return tensors;
  }
}
