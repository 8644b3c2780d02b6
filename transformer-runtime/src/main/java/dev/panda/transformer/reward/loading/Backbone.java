package dev.panda.transformer.reward.loading;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.tokenizer.Tokenizers;
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

  /** Describes a checkpoint. */
  public static Backbone of(Checkpoint checkpoint) {
    ModelConfig decoder = checkpoint.config();
    return new Backbone(
        name(checkpoint.path()),
        decoder.vocabSize(),
        Tokenizers.fingerprint(checkpoint),
        decoder.maxPositionEmbeddings());
  }

  /** The name of a checkpoint: its folder's name, or its file's name without {@code .gguf}. */
  public static String name(Path checkpoint) {
    return ModelFolders.name(checkpoint);
  }

  /** The same backbone, whose context may be shorter where it is served. */
  public Backbone withContextLength(int tokens) {
    return new Backbone(id, vocabularySize, tokenizerFingerprint, tokens);
  }
}
