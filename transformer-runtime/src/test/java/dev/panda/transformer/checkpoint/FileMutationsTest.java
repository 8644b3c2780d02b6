package dev.panda.transformer.checkpoint;

import dev.panda.transformer.checkpoint.adapter.AdaptedCheckpoint;
import dev.panda.transformer.checkpoint.adapter.AdapterFolder;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.ExampleFormat;
import dev.panda.transformer.workshop.training.ExampleReader;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beside these, {@link CheckpointsTest} and the tests of GGUF damage their files' bytes. */
class FileMutationsTest {
  private static final int ROUNDS = 1500;

  @TempDir private Path folder;

  private final FileMutations checkpoint =
      new FileMutations(this::readModel, CheckpointException.class::isInstance);
  private final FileMutations adapter =
      new FileMutations(this::readAdapter, CheckpointException.class::isInstance);

  @BeforeEach
  void write() throws IOException {
    TinyCheckpoint.llama(1).vocabSize(8).layers(1).tied(true).write(folder);
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, 5]}");
    try (Checkpoint model = Checkpoints.open(folder)) {
      LowRankAdapter initial =
          LowRankAdapter.initial(model.config(), 1, List.of(LinearLayer.Q), 2, 4, 1);
      AdapterFolder.write(folder, initial, "tiny");
    }
  }

  @Test
  void configurations() throws IOException {
    checkpoint.json(folder.resolve("config.json"), ROUNDS);
    checkpoint.json(folder.resolve("generation_config.json"), ROUNDS / 10);
  }

  @Test
  void rotaryScaling() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst(
                "\"rope_theta\" : 10000.0",
                """
                "rope_scaling" : {"rope_type" : "yarn", "factor" : 4, "beta_fast" : 32, "beta_slow" : 1,
                 "original_max_position_embeddings" : 64, "attention_factor" : 1.1, "mscale" : 1, "truncate" : true}
                """));
    checkpoint.json(config, ROUNDS);
  }

  @Test
  void headers() throws IOException {
    checkpoint.header(folder.resolve("model.safetensors"), ROUNDS);
    adapter.header(folder.resolve("adapter_model.safetensors"), ROUNDS);
  }

  @Test
  void adapters() throws IOException {
    adapter.json(folder.resolve("adapter_config.json"), ROUNDS);
    adapter.bytes(folder.resolve("adapter_config.json"), ROUNDS);
    adapter.bytes(folder.resolve("adapter_model.safetensors"), ROUNDS);
  }

  @Test
  void indexes() throws IOException {
    Files.move(folder.resolve("model.safetensors"), folder.resolve("model-1.safetensors"));
    StringBuilder weights = new StringBuilder();
    TinyCheckpoint.llama(1)
        .vocabSize(8)
        .layers(1)
        .tied(true)
        .tensors()
        .keySet()
        .forEach(name -> weights.append(", \"" + name + "\": \"model-1.safetensors\""));
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {" + weights.substring(2) + "}}");
    checkpoint.json(index, ROUNDS / 10);
    checkpoint.bytes(index, ROUNDS);
  }

  @Test
  void examples() throws IOException {
    Path file = folder.resolve("examples.jsonl");
    Files.writeString(
        file,
        "\uFEFF{\"messages\": [{\"role\": \"user\", \"content\": \"Why \\ud83d\\ude42?\"}], \"title\": \"é\"}\n"
            .repeat(3));
    ExampleFormat<List<ChatMessage>> format =
        new ExampleFormat<>(
            "title",
            "{\"title\": …}",
            line -> List.of(new ChatMessage("user", line.messages() + line.text("title"))));
    for (boolean skipInvalid : new boolean[] {false, true}) {
      FileMutations lines =
          new FileMutations(
              () -> new ExampleReader<>(format, skipInvalid).read(file),
              TrainingException.class::isInstance);
      lines.bytes(file, ROUNDS);
    }
  }

  private void readModel() {
    try (Checkpoint model = Checkpoints.open(folder)) {
      ModelTensors.check(model, model.config().numHiddenLayers(), true);
      model.tensors().keySet().forEach(model::read);
    }
  }

  private void readAdapter() {
    try (Checkpoint model = Checkpoints.open(folder)) {
      Checkpoint adapted = new AdaptedCheckpoint(model, AdapterFolder.read(folder), folder);
      adapted.tensors().keySet().forEach(adapted::read);
    }
  }
}
