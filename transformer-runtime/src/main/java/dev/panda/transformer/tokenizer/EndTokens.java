package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.chat.SpecialTokens;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the tokens that end a response by what a model's tokenizer says of them. Its configuration
 * may name others, or none: a base model's end of a text is not a chat model's end of a turn.
 */
final class EndTokens {

  /** What llama.cpp takes for the end of a response, whatever else a GGUF file says. */
  private static final Set<String> NAMES =
      Set.of(
          "<|eot_id|>",
          "<|eom_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|endoftext|>",
          "<|end_of_text|>",
          "<end_of_turn>",
          "<end_of_utterance>",
          "<｜end▁of▁sentence｜>",
          "<eos>",
          "</s>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]");

  private EndTokens() {}

  /** The control tokens of a GGUF file whose names say that they end a response. */
  static Set<Integer> inGguf(JsonNode tokenizerJson) {
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode added : tokenizerJson.path("added_tokens")) {
      if (added.path("special").asBoolean() && NAMES.contains(added.path("content").asText())) {
        ids.add(added.path("id").asInt());
      }
    }
    return ids;
  }

  /** The {@code eos_token} of a Hugging Face directory. */
  static Set<Integer> inDirectory(Path directory, JsonNode tokenizerJson) {
    Set<Integer> ids = new TreeSet<>();
    String end = SpecialTokens.inDirectory(directory).get("eos_token");
    JsonNode id = tokenizerJson.path("model").path("vocab").path(end == null ? "" : end);
    if (id.isInt()) {
      ids.add(id.asInt());
    }
    for (JsonNode added : tokenizerJson.path("added_tokens")) {
      if (added.path("content").asText().equals(end)) {
        ids.add(added.path("id").asInt());
      }
    }
    return ids;
  }
}
