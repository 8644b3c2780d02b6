package dev.panda.reward.serving.model;

import dev.panda.transformer.checkpoint.ModelFolders;
import java.nio.file.Path;

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

  /** The name of a checkpoint: that of its folder, or of its file without {@code .gguf}. */
  public static String name(Path checkpoint) {
    return ModelFolders.name(checkpoint);
  }

  Backbone withContextLength(int tokens) {
    return new Backbone(id, vocabularySize, tokenizerFingerprint, tokens);
  }
}
