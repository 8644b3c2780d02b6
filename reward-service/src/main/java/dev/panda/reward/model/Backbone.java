package dev.panda.reward.model;

/**
 * What clients are told of the backbone.
 *
 * @param id its name
 * @param vocabularySize number of token ids
 * @param tokenizerFingerprint in hexadecimal
 * @param contextLength largest number of tokens of a prompt and its response together
 */
public record Backbone(
    String id, int vocabularySize, String tokenizerFingerprint, int contextLength) {

  Backbone withContextLength(int tokens) {
    return new Backbone(id, vocabularySize, tokenizerFingerprint, tokens);
  }
}
