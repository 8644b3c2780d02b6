package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileTokenizersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WITH_ALL_KINDS =
      """
      {"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"},
         {"type": "Replace", "pattern": {"String": "x"}, "content": "y"},
         {"type": "Prepend", "prepend": " "}]},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
         {"type": "Split", "pattern": {"Regex": "\\\\p{N}"}, "behavior": "Isolated", "invert": false},
         {"type": "Digits", "individual_digits": true},
         {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
           {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
       "decoder": {"type": "Sequence", "decoders": [{"type": "ByteLevel",
         "add_prefix_space": false, "trim_offsets": true, "use_regex": true}, {"type": "Fuse"},
         {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}}
      """;

  @TempDir private Path folders;

  @Test
  void refusesEachByNameAndWithoutASignal() throws Exception {
    Map<String, HostileTokenizers.Hostile> all = HostileTokenizers.all();
    for (Map.Entry<String, HostileTokenizers.Hostile> hostile : all.entrySet()) {
      write(hostile.getKey(), hostile.getValue().json());
    }
    loadEach();
    SoftAssertions outcomes = new SoftAssertions();
    for (Map.Entry<String, HostileTokenizers.Hostile> hostile : all.entrySet()) {
      Path folder = folders.resolve(hostile.getKey());
      outcomes
          .assertThat(Files.readString(folder.resolve("outcome")))
          .contains(folder.resolve("tokenizer.json").toString())
          .contains(hostile.getValue().refusal())
          .hasSizeLessThan(1000);
    }
    outcomes.assertAll();
  }

  /** {@code models inspect} has no library, and says the same. */
  @Test
  void refusesThemWithoutTheLibrary() throws IOException {
    SoftAssertions outcomes = new SoftAssertions();
    for (Map.Entry<String, HostileTokenizers.Hostile> hostile :
        HostileTokenizers.all().entrySet()) {
      Path folder = write(hostile.getKey(), hostile.getValue().json());
      outcomes
          .assertThatThrownBy(() -> Tokenizers.check(folder))
          .as(hostile.getKey())
          .hasMessageContaining(hostile.getValue().refusal());
    }
    outcomes.assertAll();
  }

  @Test
  void noWrongTypeEndsTheProcess() throws Exception {
    List<JsonNode> wrong = new ArrayList<>();
    JSON.readTree("[null, true, -1, 1e30, \"\", \"a\", [], [1], {}, {\"type\": \"NFC\"}]")
        .forEach(wrong::add);
    ObjectNode whole = TinyTokenizer.json();
    ((ObjectNode) whole.path("model")).set("vocab", JSON.readTree("{\"a\":0,\"b\":1,\"ab\":2}"));
    ((ObjectNode) whole.path("model")).set("merges", JSON.readTree("[[\"a\",\"b\"]]"));
    whole.setAll((ObjectNode) JSON.readTree(WITH_ALL_KINDS));
    whole.putArray("added_tokens");
    write("0", whole.toString());
    List<String> pointers = new ArrayList<>();
    collect(whole, "", pointers);
    int number = 1;
    for (String pointer : pointers) {
      for (JsonNode value : wrong) {
        write(String.valueOf(number++), replace(whole, pointer, value).toString());
      }
    }
    loadEach();
    assertThat(folders.resolve("0").resolve("outcome")).content().isEqualTo("loaded");
    for (int i = 1; i < number; i++) {
      assertThat(folders.resolve(String.valueOf(i)).resolve("outcome"))
          .content()
          .matches("(?s)loaded|.*tokenizer.json: .*");
    }
  }

  private static void collect(JsonNode node, String pointer, List<String> pointers) {
    if (!pointer.isEmpty()) {
      pointers.add(pointer);
    }
    if (node.isObject()) {
      node.properties().forEach(f -> collect(f.getValue(), pointer + "/" + f.getKey(), pointers));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      collect(node.get(i), pointer + "/" + i, pointers);
    }
  }

  private static JsonNode replace(ObjectNode whole, String pointer, JsonNode value) {
    ObjectNode copy = whole.deepCopy();
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = copy.at(pointer.substring(0, slash));
    String field = pointer.substring(slash + 1);
    if (parent instanceof ObjectNode object) {
      object.set(field, value);
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(field), value);
    }
    return copy;
  }

  private Path write(String name, String json) throws IOException {
    Path folder = Files.createDirectories(folders.resolve(name));
    Files.writeString(folder.resolve("tokenizer.json"), json);
    return folder;
  }

  /** A native crash ends that process, and so fails the test instead of ending it. */
  private void loadEach() throws IOException, InterruptedException {
    Path output = Files.createTempFile(folders.getParent(), "load-each", ".txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                LoadEach.class.getName(),
                folders.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("ended: %s", Files.readString(output)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    Files.delete(output);
  }
}
