package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a smaller byte-level BPE tokenizer of a larger one: its special tokens first, then the 256
 * bytes, then one token for each of the merges that are kept, in the larger one's order. A text
 * becomes the ids that the larger tokenizer would give it, had its training stopped there.
 *
 * @param merges number of merges to keep, the earliest
 * @param specialTokens the special tokens, in the order of their ids
 * @param endToken the one of them that ends a text
 * @param chatTemplate template of conversations, in Jinja
 */
public record TokenizerReduction(
    int merges, List<String> specialTokens, String endToken, String chatTemplate) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BYTES = 256;

  public TokenizerReduction {
    specialTokens = List.copyOf(specialTokens);
    if (merges < 0) {
      throw new IllegalArgumentException("merges: " + merges + " (expected: not negative)");
    }
    if (!specialTokens.contains(endToken)) {
      throw new IllegalArgumentException(
          "endToken: " + endToken + " (expected: one of " + specialTokens + ")");
    }
  }

  /**
   * Writes {@code tokenizer.json} and {@code tokenizer_config.json}.
   *
   * @param model where the larger tokenizer is: a Hugging Face directory or a GGUF file
   * @param directory where the smaller one goes; made where it does not exist
   * @return number of its tokens
   * @throws CheckpointException if the larger one is not byte-level BPE
   * @throws IllegalArgumentException if it has too few merges
   */
  public int write(Path model, Path directory) {
    ObjectNode larger = Tokenizers.describe(model);
    ObjectNode smaller = reduce(larger, model.toString());
    try {
      Files.createDirectories(directory);
      JSON.writeValue(directory.resolve("tokenizer.json").toFile(), smaller);
      JSON.writerWithDefaultPrettyPrinter()
          .writeValue(directory.resolve("tokenizer_config.json").toFile(), config());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return smaller.path("model").path("vocab").size();
  }

  private ObjectNode reduce(ObjectNode larger, String source) {
    if (!larger.path("decoder").findValuesAsText("type").contains("ByteLevel")
        || !larger.path("model").path("merges").isArray()) {
      throw new CheckpointException(source + ": tokenizer (expected: byte-level BPE)");
    }
    ArrayNode all = (ArrayNode) larger.path("model").path("merges");
    if (all.size() < merges) {
      throw new IllegalArgumentException(
          "merges: %d (expected: at most %d, those of %s)".formatted(merges, all.size(), source));
    }
    ObjectNode smaller = larger.deepCopy();
    smaller.putNull("truncation").putNull("padding").putNull("post_processor");
    ObjectNode bpe = (ObjectNode) smaller.path("model");
    ObjectNode vocabulary = bpe.putObject("vocab");
    addSpecialTokens(vocabulary, smaller.putArray("added_tokens"));
    for (int value = 0; value < BYTES; value++) {
      add(vocabulary, String.valueOf(ByteAlphabet.character(value)));
    }
    ArrayNode kept = bpe.putArray("merges");
    for (int i = 0; i < merges; i++) {
      String[] pair = pair(all.get(i));
      if (!vocabulary.has(pair[0]) || !vocabulary.has(pair[1])) {
        throw new CheckpointException(
            source + ": merges[" + i + "]: " + all.get(i) + " (expected: of tokens before it)");
      }
      kept.addArray().add(pair[0]).add(pair[1]);
      add(vocabulary, pair[0] + pair[1]);
    }
    return smaller;
  }

  private void addSpecialTokens(ObjectNode vocabulary, ArrayNode added) {
    for (String token : specialTokens) {
      added
          .addObject()
          .put("id", vocabulary.size())
          .put("content", token)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
      add(vocabulary, token);
    }
  }

  private static void add(ObjectNode vocabulary, String token) {
    if (!vocabulary.has(token)) {
      vocabulary.put(token, vocabulary.size());
    }
  }

  /** A merge is a list of two tokens, or both in one text in older files. */
  private static String[] pair(JsonNode merge) {
    return merge.isArray()
        ? new String[] {merge.path(0).asText(), merge.path(1).asText()}
        : (merge.asText() + " ").split(" ", 3);
  }

  private ObjectNode config() {
    return JSON.createObjectNode()
        .put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("eos_token", endToken)
        .put("clean_up_tokenization_spaces", false)
        .put("chat_template", chatTemplate);
  }
}
