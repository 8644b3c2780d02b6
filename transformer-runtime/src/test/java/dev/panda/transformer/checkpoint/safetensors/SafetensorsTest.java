package dev.panda.transformer.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.References;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void readsWhatTheReferenceWriterWrote() {
    Path path = References.copy("safetensors/reference.safetensors", folder);
    try (Safetensors file = Safetensors.open(path)) {
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(file.read("single")).containsExactly(1f, -2.5f, 3.25f, 1e-20f);
      assertThat(file.read("half")).containsExactly(1f, -65504f, 0x1p-24f);
      assertThat(file.read("brain")[0]).isEqualTo(1f);
      assertThat(file.read("brain")[2]).isEqualTo(-0.0078125f);
      assertThat(file.read("scalar")).containsExactly(7f);
      assertThat(file.read("empty")).isEmpty();
      assertThat(file.tensors().get("single").shape()).containsExactly(2, 2);
      assertThat(file.tensors().get("scalar").shape()).isEmpty();
      assertThatThrownBy(() -> file.read("integers"))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              path
                  + ": tensor integers: type I64 (expected: one of [F32, F16, BF16];"
                  + " take the model in one of these, or as GGUF)");
      assertThatThrownBy(() -> file.read("none")).hasMessage(path + ": tensor none: missing");
    }
  }

  @Test
  void readsWhatItWrote() {
    float[] values = {0, -0f, 1, 0x1.01p0f, -3.5f, Float.POSITIVE_INFINITY, 1e-3f, 12345.678f};
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (ScalarType type : ScalarType.values()) {
      tensors.put("of " + type, new TensorData(type, List.of(2, 4), values));
    }
    Path path = folder.resolve("tensors.safetensors");
    SafetensorsWriter.write(path, tensors, Map.of("layer", "15", "ü", "\"quoted\""));

    try (Safetensors file = Safetensors.open(path)) {
      assertThat(file.metadata())
          .containsOnly(Map.entry("layer", "15"), Map.entry("ü", "\"quoted\""));
      assertThat(file.tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
      assertThat(file.read("of F32")).isEqualTo(values);
      assertThat(file.read("of F16"))
          .containsExactly(
              0, -0f, 1, 0x1.01p0f, -3.5f, Float.POSITIVE_INFINITY, 0.0010004044f, 12344);
      assertThat(file.read("of BF16"))
          .containsExactly(0, -0f, 1, 1, -3.5f, Float.POSITIVE_INFINITY, 9.994507E-4f, 12352);
    }
  }

  @Test
  void readsTensorsOfManyChunks() {
    float[] values = new float[700_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path path = folder.resolve("long.safetensors");
    SafetensorsWriter.write(
        path,
        Map.of("long", new TensorData(ScalarType.F32, List.of(values.length), values)),
        Map.of());
    try (Safetensors file = Safetensors.open(path)) {
      assertThat(Arrays.equals(file.read("long"), values)).isTrue();
    }
  }

  @Test
  void readsBeyondTwoGigabytes() throws IOException {
    long begin = 3_000_000_000L;
    byte[] start =
        file(
            "{\"zeros\": {\"dtype\": \"U8\", \"shape\": [3, 1000000000],"
                + " \"data_offsets\": [0, 3000000000]},"
                + " \"far\": {\"dtype\": \"F32\", \"shape\": [1],"
                + " \"data_offsets\": [3000000000, 3000000004]}}",
            0);
    Path path = Files.write(folder.resolve("sparse.safetensors"), start);
    try (FileChannel sparse = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ByteBuffer value = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(2.5f);
      sparse.write(value.flip(), start.length + begin);
    }
    try (Safetensors file = Safetensors.open(path)) {
      assertThat(file.read("far")).containsExactly(2.5f);
    }
  }

  @Test
  void replacesAFileAndLeavesNothingBeside() throws IOException {
    Path path = folder.resolve("tensors.safetensors");
    Files.writeString(path, "old");
    SafetensorsWriter.write(path, Map.of(), Map.of());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
    Safetensors.open(path).close();
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    Path path = Files.createDirectories(folder.resolve("taken/inside")).getParent();
    assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of(), Map.of()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(path + ": cannot be written");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 12]}} | tensor a: data_offsets",
        "{'a': {'dtype': 'F32', 'shape': [3], 'data_offsets': [0, 16]}} | tensor a: data_offsets",
        "{'a': {'dtype': 'F32', 'shape': [4], 'data_offsets': [16, 0]}} | tensor a: data_offsets",
        "{'a': {'dtype': 'F32', 'shape': [4], 'data_offsets': [-1, 15]}} | tensor a: data_offsets",
        "{'a': {'dtype': 'F32', 'shape': [8], 'data_offsets': [0, 32]}} | tensor a: data_offsets",
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [8, 16]}} | tensor a: begins at",
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}} | tensors end at",
        "{'a': {'dtype': 'F32', 'shape': [4], 'data_offsets': [0]}} | tensor a: data_offsets",
        "{'a': {'dtype': 'F32', 'shape': [4], 'data_offsets': [0, 1e1]}} | tensor a: data_offsets",
        "{'a': {'dtype': 'F32', 'shape': [-4], 'data_offsets': [0, 16]}} | tensor a: shape: -4",
        "{'a': {'dtype': 'F32', 'shape': 4, 'data_offsets': [0, 16]}} | tensor a: shape: missing",
        "{'a': {'dtype': 'F32', 'shape': [99999999999], 'data_offsets': [0, 16]}} | tensor a: shape",
        "{'a': {'dtype': 'F32', 'shape': [2147483647, 2147483647, 2147483647, 4],"
            + " 'data_offsets': [0, 16]}} | tensor a: shape",
        "{'a': {'dtype': 7, 'shape': [4], 'data_offsets': [0, 16]}} | tensor a: dtype",
        "{'a': 3} | tensor a: dtype",
        "{'a': {'dtype': 'F32', 'shape': [3], 'data_offsets': [0, 12]},"
            + " 'b': {'dtype': 'F32', 'shape': [2], 'data_offsets': [8, 16]}} | tensor b: begins at",
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]},"
            + " 'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [8, 16]}} | Duplicate field 'a'",
        "{'__metadata__': {'a': 1}} | metadata a: not a string",
        "{'__metadata__': 1} | __metadata__: not an object",
        "[] | header: not a JSON object",
        "{} {} | header: not valid JSON",
        "{'a' | header: not valid JSON",
      },
      quoteCharacter = '`')
  void refusesABadHeader(String header, String message) throws IOException {
    assertRefused(file(header.replace('\'', '"'), 16), message);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 1000, Long.MAX_VALUE, Long.MIN_VALUE, 0x100000002L})
  void refusesABadHeaderLength(long length) throws IOException {
    byte[] bytes = file("{}", 0);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertRefused(bytes, "header length: ");
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    assertRefused(new byte[0], "header length");
    assertRefused(new byte[7], "header length");
    byte[] whole =
        file("{\"a\": {\"dtype\": \"F32\", \"shape\": [4], \"data_offsets\": [0, 16]}}", 16);
    assertRefused(Arrays.copyOf(whole, whole.length - 1), "tensor a: data_offsets");
  }

  @Test
  void refusesAFileThatShrankSinceItWasOpened() throws IOException {
    Path path = folder.resolve("shrinking.safetensors");
    SafetensorsWriter.write(
        path, Map.of("a", new TensorData(ScalarType.F32, List.of(4), new float[4])), Map.of());
    byte[] whole = Files.readAllBytes(path);
    try (Safetensors file = Safetensors.open(path)) {
      Files.write(path, Arrays.copyOf(whole, whole.length - 8));
      assertThatThrownBy(() -> file.read("a"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("tensor a: the file was truncated");
    }
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path path = Files.write(folder.resolve("bad.safetensors"), bytes);
    assertThatThrownBy(() -> Safetensors.open(path).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(message);
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }
}
