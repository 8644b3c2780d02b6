package dev.panda.reward.serving.model;

import dev.panda.transformer.checkpoint.ModelFolders;
import java.nio.file.Path;

/**
 * The description of the backbone for clients.
 *
 * @param id name of the backbone
 * @param vocabularySize number of token ids
 * @param tokenizerFingerprint in hexadecimal
 * @param contextLength largest number of tokens of a prompt and its response together
 */
public record Backbone(
    String id, int vocabularySize, String tokenizerFingerprint, int contextLength) {

  /** The name of a checkpoint: its folder's name, or its file's name without {@code .gguf}. */
  public static String name(Path checkpoint) {
    return ModelFolders.name(checkpoint);
  }

  Backbone withContextLength(int tokens) {
    return new Backbone(id, vocabularySize, tokenizerFingerprint, tokens);
  }
}
