package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.References;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.adapter.AdaptedCheckpoint;
import dev.panda.transformer.checkpoint.adapter.AdapterFolder;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads adapters of all kinds that PEFT writes: each gives PEFT's states, or is refused by name.
 */
class AdapterKindsTest {
  private static final JsonNode GOLDEN = References.json("/golden/adapters.json");

  @TempDir private Path folder;

  static Stream<String> honoured() {
    return kinds(false);
  }

  static Stream<String> refused() {
    return kinds(true);
  }

  private static Stream<String> kinds(boolean refused) {
    return GOLDEN
        .get("kinds")
        .valueStream()
        .filter(kind -> kind.has("refused") == refused)
        .map(kind -> kind.get("kind").asText());
  }

  @ParameterizedTest
  @MethodSource("honoured")
  void givesTheStateThatPeftComputes(String name) throws Exception {
    JsonNode kind = kind(name);
    write(kind);
    int[] ids = new JsonMapper().convertValue(GOLDEN.get("ids"), int[].class);
    double[] expected = new JsonMapper().convertValue(kind.get("state"), double[].class);
    Path model = Path.of(getClass().getResource("/golden/tiny-llama/config.json").toURI());

    try (Checkpoint base = Checkpoints.open(model.getParent());
        Decoder decoder =
            Decoder.load(
                new AdaptedCheckpoint(base, AdapterFolder.read(folder), folder),
                new DecoderOptions(Numerics.FLOAT32, "cpu", 1, false, List.of(), 128));
        Pooling pooling = decoder.pool(ids, 0, new int[] {ids.length}, new int[] {2})) {
      float[] pooled = pooling.finish();
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) pooled[i]).isCloseTo(expected[i], within(2e-3));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWhatOneProductCannotGive(String name) throws Exception {
    write(kind(name));
    String field = kind(name).get("refused").asText();

    assertThatThrownBy(() -> AdapterFolder.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.resolve("adapter_config.json") + ": " + field + ": ")
        .hasMessageContaining("merge");
  }

  private static JsonNode kind(String name) {
    return GOLDEN
        .get("kinds")
        .valueStream()
        .filter(kind -> kind.get("kind").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void write(JsonNode kind) throws Exception {
    ObjectNode config = GOLDEN.get("config").deepCopy();
    config.setAll((ObjectNode) kind.get("config"));
    Files.writeString(folder.resolve("adapter_config.json"), config.toString());
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> tensor : kind.path("tensors").properties()) {
      JsonNode rows = tensor.getValue();
      int columns = rows.get(0).size();
      float[] values = new float[rows.size() * columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = rows.get(i / columns).get(i % columns).floatValue();
      }
      List<Integer> shape = List.of(rows.size(), columns);
      tensors.put(tensor.getKey(), new TensorData(ScalarType.F32, shape, values));
    }
    SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), tensors, Map.of());
  }
}
