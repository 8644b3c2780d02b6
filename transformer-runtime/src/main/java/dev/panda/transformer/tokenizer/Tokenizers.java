package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.Checkpoint;
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
  private static final String SENTENCE_PIECE = "tokenizer.model";

  private Tokenizers() {}

  /**
   * Opens the tokenizer of a Hugging Face directory ({@code tokenizer.json}), of a GGUF file, or of
   * a directory with exactly one GGUF model, where a {@code tokenizer.json} goes before the model's
   * own. The caller closes it.
   *
   * @throws CheckpointException if the model has no tokenizer, or it cannot be used
   */
  public static Tokenizer open(Path model) {
    return open(model, List.of());
  }

  /**
   * Opens the tokenizer that lies with a checkpoint, as above. The tokens that end a response by
   * the model's configuration count too.
   *
   * @throws CheckpointException if the model has no tokenizer, or it cannot be used
   * @throws IllegalArgumentException if it has more ordinary tokens than the model has embeddings
   */
  public static Tokenizer open(Checkpoint checkpoint) {
    Tokenizer tokenizer = open(checkpoint.path(), checkpoint.config().endTokenIds());
    try {
      requireEmbeddings(
          checkpoint.path(), tokenizer.ordinaryVocabularySize(), checkpoint.config().vocabSize());
      return tokenizer;
    } catch (IllegalArgumentException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * @param endTokenIds tokens that end a response by the model's configuration
   */
  static Tokenizer open(Path model, List<Integer> endTokenIds) {
    ObjectNode tokenizerJson = describe(model);
    Set<Integer> endTokens = new TreeSet<>(endTokenIds);
    if (ModelFiles.gguf(model).isPresent()) {
      endTokens.addAll(EndTokens.inGguf(tokenizerJson));
    }
    if (Files.isDirectory(model)) {
      endTokens.addAll(EndTokens.inDirectory(model, tokenizerJson));
    }
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

  /**
   * Refuses a tokenizer with more ordinary tokens than its model has embeddings. A model may lack
   * embeddings for added tokens.
   *
   * @param ordinarySize {@link Tokenizer#ordinaryVocabularySize}
   * @throws IllegalArgumentException if it has more
   */
  public static void requireEmbeddings(Path model, int ordinarySize, int embeddings) {
    if (ordinarySize > embeddings) {
      throw new IllegalArgumentException(
          "%s: tokenizer with %d tokens (expected: at most the model's %d, not counting added tokens;"
                  .formatted(model, ordinarySize, embeddings)
              + " give the model an embedding for each token, or it another tokenizer)");
    }
  }

  /**
   * The model's {@code tokenizer.json}, read from its file or converted from its GGUF file. If a
   * folder has both, the first counts, and they must agree, as must a {@code tokenizer.model}.
   */
  static ObjectNode describe(Path model) {
    Optional<Path> gguf = ModelFiles.gguf(model);
    Path file = tokenizerJson(model);
    ObjectNode tokenizerJson;
    if (Files.isRegularFile(file)) {
      tokenizerJson = (ObjectNode) StrictJson.read(file);
      gguf.map(Gguf::read)
          .ifPresent(beside -> Agreement.require(file.toString(), tokenizerJson, beside));
    } else {
      tokenizerJson = GgufTokenizerJson.of(Gguf.read(gguf.orElseThrow(() -> none(model))));
    }
    if (Files.isRegularFile(model.resolve(SENTENCE_PIECE))) {
      Agreement.require(source(model), tokenizerJson, model.resolve(SENTENCE_PIECE));
    }
    return tokenizerJson;
  }

  private static CheckpointException none(Path model) {
    String remedy =
        Files.exists(model.resolve(SENTENCE_PIECE))
            ? "; transformers' AutoTokenizer makes the first of tokenizer.model"
            : "";
    return new CheckpointException(
        model + ": no tokenizer (expected: tokenizer.json, or one GGUF file" + remedy + ")");
  }

  private static String source(Path model) {
    Path file = tokenizerJson(model);
    return (Files.exists(file) ? file : ModelFiles.gguf(model).orElse(file)).toString();
  }

  private static Path tokenizerJson(Path model) {
    return model.resolve("tokenizer.json");
  }
}
