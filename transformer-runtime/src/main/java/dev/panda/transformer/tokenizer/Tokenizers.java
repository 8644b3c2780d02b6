package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelFiles;
import dev.panda.transformer.checkpoint.gguf.Gguf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the tokenizer of a model on disk. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * Opens the tokenizer of a Hugging Face directory ({@code tokenizer.json}), of a GGUF file, or of
   * a directory with exactly one GGUF file. The caller closes it.
   *
   * @throws CheckpointException if the model has no tokenizer, or it cannot be used
   */
  public static Tokenizer open(Path model) {
    Optional<Path> gguf = ModelFiles.gguf(model);
    return new JsonTokenizer(describe(model), gguf.orElse(tokenizerJson(model)).toString());
  }

  /** The model's {@code tokenizer.json}, read from its file or converted from its GGUF file. */
  static ObjectNode describe(Path model) {
    Optional<Path> gguf = ModelFiles.gguf(model);
    if (gguf.isPresent()) {
      return GgufTokenizerJson.of(Gguf.read(gguf.get()));
    }
    Path file = tokenizerJson(model);
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          model + ": no tokenizer (expected: tokenizer.json, or one GGUF file)");
    }
    JsonNode json = ModelFiles.json(file);
    if (json instanceof ObjectNode tokenizerJson) {
      return tokenizerJson;
    }
    throw new CheckpointException(file + ": " + json.getNodeType() + " (expected: an object)");
  }

  private static Path tokenizerJson(Path model) {
    return model.resolve("tokenizer.json");
  }
}
