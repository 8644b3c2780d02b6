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
 * Derives a smaller byte-level BPE tokenizer from a larger one. The special tokens come first, then
 * the 256 bytes, then one token for each kept merge, in the larger tokenizer's order. The smaller
 * tokenizer encodes a text as the larger one would if its training had stopped after those merges.
 *
 * @param merges number of merges to keep, from the earliest
 * @param specialTokens the special tokens, in the order of their ids
 * @param endToken the special token that ends a text
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
   * @param model the larger tokenizer's Hugging Face directory or GGUF file
   * @param directory for the smaller tokenizer; created if needed
   * @return number of tokens of the smaller tokenizer
   * @throws CheckpointException if the larger tokenizer is not byte-level BPE
   * @throws IllegalArgumentException if the larger tokenizer has too few merges
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
          "merges: %d (expected: at most %d, as in %s)".formatted(merges, all.size(), source));
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
            source
                + ": merges["
                + i
                + "]: "
                + all.get(i)
                + " (expected: two tokens that come before it)");
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

  /** A merge is a list of two tokens; in older files it is one text with both. */
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
