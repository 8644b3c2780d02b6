package dev.panda.transformer.tokenizer;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Describes a SentencePiece BPE vocabulary in the form of {@code tokenizer.json}. Spaces become
 * U+2581, and a text begins with one if the model requires it. Characters without a piece fall back
 * to bytes.
 */
final class SentencePieceJson {
  private SentencePieceJson() {}

  private record Merge(String left, String right, float score) {}

  static void describe(ObjectNode json, GgufTokens tokens) {
    json.set("normalizer", normalizer(tokens));
    json.putNull("pre_tokenizer");
    json.set("post_processor", GgufTokenizerJson.aroundText(tokens));
    json.set("decoder", decoder(tokens));
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.put("fuse_unk", true).put("byte_fallback", tokens.hasBytes()).put("ignore_merges", false);
    OptionalInt unknown = tokens.unknown();
    if (unknown.isPresent()) {
      model.put("unk_token", tokens.token(unknown.getAsInt()));
    }
    model.set("vocab", GgufTokenizerJson.vocabulary(tokens));
    ArrayNode merges = model.putArray("merges");
    merges(tokens).forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
  }

  private static ObjectNode normalizer(GgufTokens tokens) {
    ObjectNode spaces = replace(" ", SentencePieces.SPACE);
    if (!tokens.addsSpacePrefix()) {
      return GgufTokenizerJson.sequence("normalizers", spaces);
    }
    ObjectNode prefix = GgufTokenizerJson.step("Prepend").put("prepend", SentencePieces.SPACE);
    return GgufTokenizerJson.sequence("normalizers", prefix, spaces);
  }

  private static ObjectNode decoder(GgufTokens tokens) {
    ObjectNode spaces = replace(SentencePieces.SPACE, " ");
    ObjectNode bytes = GgufTokenizerJson.step("ByteFallback");
    ObjectNode fuse = GgufTokenizerJson.step("Fuse");
    if (!tokens.addsSpacePrefix()) {
      return GgufTokenizerJson.sequence("decoders", spaces, bytes, fuse);
    }
    ObjectNode strip =
        GgufTokenizerJson.step("Strip").put("content", " ").put("start", 1).put("stop", 0);
    return GgufTokenizerJson.sequence("decoders", spaces, bytes, fuse, strip);
  }

  private static ObjectNode replace(String what, String with) {
    ObjectNode replace = GgufTokenizerJson.step("Replace");
    replace.putObject("pattern").put("String", what);
    return replace.put("content", with);
  }

  /**
   * Every way to form a piece from two pieces, ordered by the piece's score, highest first. For one
   * piece, and among equal scores, the longest left part comes first.
   */
  private static List<Merge> merges(GgufTokens tokens) {
    float[] scores = tokens.scores();
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.isNormal(id)) {
        addMerges(merges, tokens, tokens.token(id), scores[id]);
      }
    }
    Comparator<Merge> order =
        comparing(Merge::score)
            .thenComparing(merge -> length(merge.left()))
            .thenComparing(merge -> length(merge.right()))
            .reversed();
    merges.sort(order);
    return merges;
  }

  private static void addMerges(List<Merge> merges, GgufTokens tokens, String piece, float score) {
    for (int cut = 1; cut < piece.length(); cut++) {
      if (Character.isLowSurrogate(piece.charAt(cut))) {
        continue;
      }
      String left = piece.substring(0, cut);
      String right = piece.substring(cut);
      if (isNormal(left, tokens) && isNormal(right, tokens)) {
        merges.add(new Merge(left, right, score));
      }
    }
  }

  private static boolean isNormal(String piece, GgufTokens tokens) {
    OptionalInt id = tokens.id(piece);
    return id.isPresent() && tokens.isNormal(id.getAsInt());
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
