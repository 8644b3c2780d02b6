package dev.panda.transformer.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A byte-level BPE tokenizer for tests: two special tokens, a token for each of the 256 bytes (id =
 * byte + 2), and one for each of a few merges.
 */
public final class TinyTokenizer {
  public static final int BEGIN_ID = 0;
  public static final int END_ID = 1;
  public static final int FIRST_BYTE_ID = 2;
  public static final String BEGIN = "<|im_start|>";
  public static final String END = "<|im_end|>";
  public static final String CHAT_TEMPLATE =
      "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' +"
          + " message['content'] + '<|im_end|>\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  /** U+0120 stands for a space in the byte-level alphabet, U+010A for a line break. */
  private static final List<String> MERGES =
      List.of(
          "\u0120 t",
          "h e",
          "\u0120 a",
          "i n",
          "\u0120t he",
          "r e",
          "o n",
          "e r",
          "a n",
          "o u",
          "\u0120 s",
          "l l",
          "\u0120 b",
          "y \u010a",
          "s t",
          "\u0120 \u0120",
          "u s",
          "us er",
          "in g",
          "l y",
          "\u0120a n",
          "\u0120an d",
          "e d",
          "\u0120s k",
          "\u0120sk y",
          "l u",
          "\u0120b lu",
          "\u0120blu e");

  /** Number of token ids. */
  public static final int SIZE = FIRST_BYTE_ID + 256 + 28;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyTokenizer() {}

  /** Writes {@code tokenizer.json} and {@code tokenizer_config.json} into a directory. */
  public static void write(Path directory) {
    ObjectNode config =
        JSON.createObjectNode()
            .put("bos_token", BEGIN)
            .put("eos_token", END)
            .put("chat_template", CHAT_TEMPLATE);
    try {
      JSON.writeValue(directory.resolve("tokenizer.json").toFile(), json());
      JSON.writeValue(directory.resolve("tokenizer_config.json").toFile(), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The content of {@code tokenizer.json}. */
  public static ObjectNode json() {
    ObjectNode json = JSON.createObjectNode().put("version", "1.0");
    ArrayNode added = json.putArray("added_tokens");
    ObjectNode model = JSON.createObjectNode().put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    for (String special : List.of(BEGIN, END)) {
      added
          .addObject()
          .put("id", vocabulary.size())
          .put("content", special)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
      vocabulary.put(special, vocabulary.size());
    }
    int standIns = 0;
    for (int value = 0; value < 256; value++) {
      boolean printable = (value > 32 && value < 127) || (value > 160 && value != 173);
      int character = printable ? value : 256 + standIns++;
      vocabulary.put(Character.toString(character), vocabulary.size());
    }
    ArrayNode merges = model.putArray("merges");
    for (String merge : MERGES) {
      int space = merge.indexOf(' ');
      merges.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
      vocabulary.put(merge.replace(" ", ""), vocabulary.size());
    }
    json.putNull("normalizer");
    json.set("pre_tokenizer", byteLevel());
    json.putNull("post_processor");
    json.set("decoder", byteLevel());
    json.set("model", model);
    return json;
  }

  private static ObjectNode byteLevel() {
    return JSON.createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  /** The fingerprint of the tokenizer in a model's folder; needs no native library. */
  public static String fingerprint(Path folder) {
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      return Tokenizers.fingerprint(checkpoint);
    }
  }
}
