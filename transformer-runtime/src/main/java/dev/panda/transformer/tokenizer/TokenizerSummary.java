package dev.panda.transformer.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a tokenizer's files say of it.
 *
 * @param kind such as {@code byte-level BPE}
 * @param vocabularySize the highest token id, plus one
 * @param ordinaryVocabularySize the highest id of a token that is not an added one, plus one
 * @param source the file that describes it
 * @param endTokens the texts of the tokens that end a response, by id
 */
public record TokenizerSummary(
    String kind,
    int vocabularySize,
    int ordinaryVocabularySize,
    String source,
    SortedMap<Integer, String> endTokens) {

  public TokenizerSummary {
    endTokens = Collections.unmodifiableSortedMap(new TreeMap<>(endTokens));
  }

  static TokenizerSummary of(JsonNode tokenizerJson, String source, Set<Integer> endTokenIds) {
    Vocabulary vocabulary = Vocabulary.of(tokenizerJson, source);
    SortedMap<Integer, String> endTokens = new TreeMap<>();
    for (int id : endTokenIds) {
      endTokens.put(id, new String(vocabulary.text(id), UTF_8));
    }
    return new TokenizerSummary(
        kind(tokenizerJson), vocabulary.size(), vocabulary.ordinarySize(), source, endTokens);
  }

  private static String kind(JsonNode tokenizerJson) {
    boolean bytes =
        tokenizerJson.path("decoder").findValuesAsText("type").contains(Vocabulary.BYTE_LEVEL);
    String model = tokenizerJson.path("model").path("type").asText();
    return (bytes ? "byte-level " : "SentencePiece ") + model;
  }
}
