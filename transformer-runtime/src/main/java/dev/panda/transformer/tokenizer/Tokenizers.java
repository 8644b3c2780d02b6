package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelFiles;
import dev.panda.transformer.checkpoint.StrictJson;
import dev.panda.transformer.checkpoint.gguf.Gguf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
    return open(model, List.of());
  }

  /**
   * Opens a tokenizer, as above.
   *
   * @param endTokenIds tokens that end a response by the model's configuration
   * @throws CheckpointException if the model has no tokenizer, or it cannot be used
   */
  public static Tokenizer open(Path model, List<Integer> endTokenIds) {
    ObjectNode tokenizerJson = describe(model);
    Set<Integer> endTokens = new TreeSet<>(endTokenIds);
    endTokens.addAll(
        ModelFiles.gguf(model).isPresent()
            ? EndTokens.inGguf(tokenizerJson)
            : EndTokens.inDirectory(model, tokenizerJson));
    return new JsonTokenizer(() -> describe(model), source(model), tokenizerJson, endTokens);
  }

  /**
   * Refuses a tokenizer that {@link #open} would refuse, as far as can be told without the library
   * that runs it.
   *
   * @throws CheckpointException if the model has no tokenizer, or it cannot be used
   */
  public static void check(Path model) {
    ObjectNode tokenizerJson = describe(model);
    TokenizerStructure.check(tokenizerJson, source(model));
    Vocabulary.of(tokenizerJson, source(model));
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
    return (ObjectNode) StrictJson.read(file);
  }

  private static String source(Path model) {
    return ModelFiles.gguf(model).orElse(tokenizerJson(model)).toString();
  }

  private static Path tokenizerJson(Path model) {
    return model.resolve("tokenizer.json");
  }
}
