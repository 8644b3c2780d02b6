package dev.panda.transformer.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.panda.transformer.checkpoint.ModelFiles;
import dev.panda.transformer.checkpoint.gguf.Gguf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The special tokens that templates know by name, such as {@code bos_token}. */
public final class SpecialTokens {
  private static final List<String> NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private static final Map<String, String> GGUF_NAMES =
      Map.of(
          "unk_token", "unknown_token",
          "sep_token", "seperator_token", // as llama.cpp spells it
          "pad_token", "padding_token");

  private SpecialTokens() {}

  /**
   * Reads the tokens of a Hugging Face directory as transformers does: {@code
   * special_tokens_map.json} comes before {@code tokenizer_config.json}, unless that lists all
   * added tokens. What one file lacks may be in the other.
   */
  public static Map<String, String> inDirectory(Path directory) {
    JsonNode config = json(directory.resolve("tokenizer_config.json"));
    JsonNode map = json(directory.resolve("special_tokens_map.json"));
    boolean configFirst = config.has("added_tokens_decoder");
    Map<String, String> tokens = new LinkedHashMap<>();
    for (JsonNode file : configFirst ? List.of(config, map) : List.of(map, config)) {
      for (String name : NAMES) {
        JsonNode token =
            file.path(name).isObject() ? file.path(name).path("content") : file.path(name);
        if (token.isTextual()) {
          tokens.putIfAbsent(name, token.asText());
        }
      }
    }
    return tokens;
  }

  private static JsonNode json(Path file) {
    return Files.isRegularFile(file) ? ModelFiles.json(file) : MissingNode.getInstance();
  }

  static Map<String, String> inGguf(Gguf gguf) {
    List<String> vocabulary = gguf.strings("tokenizer.ggml.tokens").orElse(List.of());
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : NAMES) {
      String key = "tokenizer.ggml." + GGUF_NAMES.getOrDefault(name, name) + "_id";
      OptionalLong id = gguf.integer(key);
      if (id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < vocabulary.size()) {
        tokens.put(name, vocabulary.get((int) id.getAsLong()));
      }
    }
    return tokens;
  }
}
