package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Describes a byte-level BPE vocabulary in the form of {@code tokenizer.json}. */
final class ByteLevelJson {
  private ByteLevelJson() {}

  static void describe(ObjectNode json, GgufTokens tokens) {
    String name = tokens.preTokenizer();
    PreTokenizers.Style style =
        PreTokenizers.find(name)
            .orElseThrow(
                () ->
                    tokens.error(
                        "tokenizer.ggml.pre",
                        name,
                        "one of "
                            + PreTokenizers.names()
                            + "; or the model's tokenizer.json beside the file, in a folder of their"
                            + " own that is given as the model"));
    if (style.composes()) {
      json.set("normalizer", GgufTokenizerJson.step("NFC"));
    }
    json.set("pre_tokenizer", style.json());
    json.set("post_processor", postProcessor(tokens));
    json.set("decoder", byteLevel());
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", style.wholeWords());
    model.set("vocab", GgufTokenizerJson.vocabulary(tokens));
    model.set("merges", merges(tokens));
  }

  private static ObjectNode postProcessor(GgufTokens tokens) {
    return GgufTokenizerJson.sequence(
        "processors", byteLevel(), GgufTokenizerJson.aroundText(tokens));
  }

  private static ObjectNode byteLevel() {
    return GgufTokenizerJson.step("ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
  }

  /** The pairs of tokens to merge; earlier pairs are merged first. */
  private static ArrayNode merges(GgufTokens tokens) {
    ArrayNode pairs = GgufTokenizerJson.array();
    List<String> merges = tokens.merges();
    for (int i = 0; i < merges.size(); i++) {
      String merge = merges.get(i);
      int space = merge.indexOf(' ', 1);
      if (space < 0 || !isMerge(merge.substring(0, space), merge.substring(space + 1), tokens)) {
        throw tokens.error(
            "tokenizer.ggml.merges[" + i + "]", merge, "two tokens that form a token");
      }
      pairs.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
    }
    return pairs;
  }

  private static boolean isMerge(String left, String right, GgufTokens tokens) {
    return tokens.id(left).isPresent()
        && tokens.id(right).isPresent()
        && tokens.id(left + right).isPresent();
  }
}
