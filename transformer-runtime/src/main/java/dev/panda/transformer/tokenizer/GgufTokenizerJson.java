package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.gguf.Gguf;

/**
 * Converts the vocabulary of a GGUF file back to the {@code tokenizer.json} that it was made from.
 */
final class GgufTokenizerJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private GgufTokenizerJson() {}

  /**
   * @throws CheckpointException if the file's tokenizer is neither byte-level nor SentencePiece
   *     BPE, or its pre-tokenisation is unknown
   */
  static ObjectNode of(Gguf gguf) {
    GgufTokens tokens = GgufTokens.of(gguf);
    ObjectNode json = NODES.objectNode();
    json.put("version", "1.0");
    json.set("added_tokens", addedTokens(tokens));
    switch (tokens.model()) {
      case "gpt2" -> ByteLevelJson.describe(json, tokens);
      case "llama" -> SentencePieceJson.describe(json, tokens);
      default ->
          throw tokens.error("tokenizer.ggml.model", tokens.model(), "gpt2 (byte-level) or llama");
    }
    return json;
  }

  private static ArrayNode addedTokens(GgufTokens tokens) {
    ArrayNode added = NODES.arrayNode();
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.isAdded(id)) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.token(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", tokens.isSpecial(id));
      }
    }
    return added;
  }

  /** {@code model.vocab}: every token in use, with its id. */
  static ObjectNode vocabulary(GgufTokens tokens) {
    ObjectNode vocabulary = NODES.objectNode();
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.isUsed(id)) {
        vocabulary.put(tokens.token(id), id);
      }
    }
    return vocabulary;
  }

  /** Puts the begin and end tokens around a text, if the model requires them. */
  static ObjectNode aroundText(GgufTokens tokens) {
    ObjectNode template = NODES.objectNode().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ArrayNode pair = template.putArray("pair");
    ObjectNode special = template.putObject("special_tokens");
    for (int sequence = 0; sequence < 2; sequence++) {
      String name = sequence == 0 ? "A" : "B";
      int type = sequence;
      tokens.begin().ifPresent(id -> addSpecial(pair, special, tokens, id, type));
      pair.addObject().putObject("Sequence").put("id", name).put("type_id", type);
      tokens.end().ifPresent(id -> addSpecial(pair, special, tokens, id, type));
      if (sequence == 0) {
        single.addAll(pair);
      }
    }
    return template;
  }

  private static void addSpecial(
      ArrayNode pieces, ObjectNode special, GgufTokens tokens, int id, int type) {
    String token = tokens.token(id);
    pieces.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
    ObjectNode definition = special.putObject(token).put("id", token);
    definition.putArray("ids").add(id);
    definition.putArray("tokens").add(token);
  }

  static ObjectNode sequence(String key, ObjectNode... steps) {
    ObjectNode sequence = NODES.objectNode().put("type", "Sequence");
    ArrayNode list = sequence.putArray(key);
    for (ObjectNode step : steps) {
      list.add(step);
    }
    return sequence;
  }

  static ArrayNode array() {
    return NODES.arrayNode();
  }

  static ObjectNode step(String type) {
    return NODES.objectNode().put("type", type);
  }
}
