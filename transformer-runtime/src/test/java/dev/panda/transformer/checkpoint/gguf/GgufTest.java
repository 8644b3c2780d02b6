package dev.panda.transformer.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.References;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("ByteBufferBackingArray") // buffers are allocated in full by little()
class GgufTest {
  private static final int UINT64 = 10;
  private static final int ARRAY = 9;
  private static final int BOOL = 7;
  private static final int Q8_0 = 8;

  @TempDir Path folder;

  @Test
  void readsEveryTypeOfValue() {
    Gguf gguf = Gguf.read(References.copy("gguf/reference.gguf", folder));

    assertThat(gguf.string("general.architecture")).contains("llama");
    assertThat(gguf.string("text")).contains("grüße 🐼");
    assertThat(gguf.integer("u8")).hasValue(200);
    assertThat(gguf.integer("i8")).hasValue(-100);
    assertThat(gguf.integer("u16")).hasValue(60000);
    assertThat(gguf.integer("i16")).hasValue(-30000);
    assertThat(gguf.integer("u32")).hasValue(4000000000L);
    assertThat(gguf.integer("i32")).hasValue(-2000000000);
    assertThat(gguf.integer("u64")).hasValue(1L << 62);
    assertThat(gguf.integer("i64")).hasValue(-(1L << 62));
    assertThat(gguf.number("f32")).hasValue(0.5);
    assertThat(gguf.number("f64")).hasValue(0.1);
    assertThat(gguf.number("u8")).hasValue(200);
    assertThat(gguf.flag("yes")).contains(true);
    assertThat(gguf.flag("no")).contains(false);
    assertThat(gguf.strings("strings")).contains(List.of("a", "", "ü"));
    assertThat(gguf.integers("integers").orElseThrow()).containsExactly(3, -2, 1);
    assertThat(gguf.floats("floats").orElseThrow()).containsExactly(0.25f, -1.5f);
  }

  @Test
  void isEmptyForAnAbsentKeyAndRefusesAnotherType() {
    Gguf gguf = Gguf.read(References.copy("gguf/reference.gguf", folder));

    assertThat(gguf.string("absent")).isEmpty();
    assertThat(gguf.integer("absent")).isEmpty();
    assertThatThrownBy(() -> gguf.integer("text"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(gguf.path() + ": text: String (expected: an integer below 2^63)");
    assertThatThrownBy(() -> gguf.strings("integers")).isInstanceOf(CheckpointException.class);
  }

  @Test
  void listsTensorsOutermostFirstAtTheFilesAlignment() {
    Gguf gguf = Gguf.read(References.copy("gguf/reference.gguf", folder));

    assertThat(gguf.tensors().keySet()).containsExactly("matrix", "half");
    assertThat(gguf.tensors().get("matrix").shape()).containsExactly(2, 3);
    assertThat(gguf.tensors().get("half").offset() % 64).isZero();
  }

  static List<Map.Entry<String, GgufBytes>> malformed() {
    return List.of(
        Map.entry("GGUF version: 1", file().version(1)),
        Map.entry("GGUF version: 50331648", file().version(0x3000000)),
        Map.entry("number of tensors: 18446744073709551615", file().miscount(-1, 0)),
        Map.entry("number of metadata keys: 9999999", file().miscount(0, 9999999)),
        Map.entry(": type: the file ends within it", file().miscount(0, 1)),
        Map.entry("tensor : number of dimensions: the file ends within it", file().miscount(1, 0)),
        Map.entry("k: given twice", file().integer("k", 1).integer("k", 2)),
        Map.entry("v: value type 13", file().value("v", 13, new byte[4])),
        Map.entry("b: 2 (expected: 0 or 1)", file().value("b", BOOL, new byte[] {2})),
        Map.entry("s: length: 1000", file().value("s", GgufBytes.STRING, longs(1000))),
        Map.entry("s: length: 18446744073709551615", file().value("s", 8, longs(-1))),
        Map.entry("s: length: 4611686018427387904", file().value("s", 8, longs(1L << 62))),
        Map.entry(
            "a: number of elements: 18446744073709551615", file().value("a", ARRAY, array(0, -1))),
        Map.entry("a: 4000000 elements", file().value("a", ARRAY, array(UINT64, 4_000_000))),
        Map.entry("a: value type 99", file().value("a", ARRAY, array(99, 0))),
        Map.entry("general.alignment: 0", file().integer("general.alignment", 0)),
        Map.entry("general.alignment: 12", file().integer("general.alignment", 12)),
        Map.entry("general.alignment: x", file().string("general.alignment", "x")),
        Map.entry("tensor t: listed twice", twoTensors("t", "t", 32)),
        Map.entry("tensor u: overlaps tensor t", twoTensors("t", "u", 0)),
        Map.entry("tensor t: begins at", file().listed("t", new long[] {0}, 0, 64)),
        Map.entry("tensor t: offset: 18446744073709551584", listed(-32, 1)),
        Map.entry("tensor t: offset: 4 (expected: a multiple of 32", listed(4, 1)),
        Map.entry("tensor t: 4 bytes at offset", listed(0, 1)),
        Map.entry("tensor t: dimension 0: 18446744073709551615", listed(0, -1)),
        Map.entry("tensor t: dimension 0: 4294967296", listed(0, 1L << 32)),
        Map.entry("tensor t: its dimensions multiply", listed(0, 1L << 30, 1 << 30, 2)),
        Map.entry("tensor t: 5 dimensions", listed(0, 1, 1, 1, 1, 1)),
        Map.entry(
            "tensor t: innermost dimension: 31", file().listed("t", new long[] {31}, Q8_0, 0)));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesAMalformedFile(Map.Entry<String, GgufBytes> malformed) throws IOException {
    Path path = Files.write(folder.resolve("bad.gguf"), malformed.getValue().bytes());
    assertThatThrownBy(() -> Gguf.read(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(path + ": " + malformed.getKey());
  }

  @Test
  void refusesWhatIsNotGguf() throws IOException {
    Path path = Files.writeString(folder.resolve("bad.gguf"), "GGML and more");
    assertThatThrownBy(() -> Gguf.read(path)).hasMessageContaining("not a GGUF file");
    Files.writeString(path, "GG");
    assertThatThrownBy(() -> Gguf.read(path))
        .hasMessageContaining("magic: the file ends within it");
  }

  private static GgufBytes file() {
    return new GgufBytes();
  }

  private static GgufBytes listed(long offset, long... innermostFirst) {
    return file().listed("t", innermostFirst, 0, offset);
  }

  private static GgufBytes twoTensors(String first, String second, long secondOffset) {
    return file()
        .tensor(first, List.of(16), new float[16])
        .listed(second, new long[] {1}, 0, secondOffset);
  }

  private static byte[] longs(long value) {
    return GgufBytes.little(8).putLong(value).array();
  }

  private static byte[] array(int type, long count) {
    return GgufBytes.little(12).putInt(type).putLong(count).array();
  }
}
