package dev.panda.reward.workshop.batch;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Converts prompts and responses to a backbone's tokens and back. For use by one thread. Closing it
 * frees the tokenizer.
 */
public final class TextEncoder implements AutoCloseable {
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final int endToken;
  private final int embeddings;
  private final Map<List<ChatMessage>, int[]> prompts = new HashMap<>();

  /**
   * @param template empty if the model has none; a prompt is then the plain text of a single
   *     message
   * @param embeddings number of tokens that the model has
   */
  private TextEncoder(
      Tokenizer tokenizer, Optional<ChatTemplate> template, int endToken, int embeddings) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.endToken = endToken;
    this.embeddings = embeddings;
  }

  /**
   * Opens the encoder of a checkpoint; the caller closes it.
   *
   * @throws TrainingException if the checkpoint names no end token
   * @throws dev.panda.transformer.checkpoint.CheckpointException if its tokenizer cannot be used
   */
  public static TextEncoder open(Checkpoint checkpoint) {
    int endToken =
        checkpoint.config().endTokenIds().stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new TrainingException(
                        checkpoint.path() + ": no end token (expected: eos_token_id)"));
    Optional<ChatTemplate> template = ChatTemplate.open(checkpoint.path());
    return new TextEncoder(
        Tokenizers.open(checkpoint), template, endToken, checkpoint.config().vocabSize());
  }

  /** The token that ends a whole response. */
  public int endToken() {
    return endToken;
  }

  /** The tokenizer's fingerprint, in hexadecimal. */
  public String fingerprint() {
    return tokenizer.fingerprint();
  }

  /**
   * Encodes a prompt and opens the assistant's turn.
   *
   * @throws IllegalArgumentException if the model does not accept the conversation, or lacks one of
   *     its tokens
   */
  public int[] prompt(List<ChatMessage> messages) {
    return prompts.computeIfAbsent(messages, this::encode);
  }

  private int[] encode(List<ChatMessage> messages) {
    if (template.isPresent()) {
      return known("messages", tokenizer.encode(template.get().render(messages, true)));
    }
    if (messages.size() > 1) {
      throw new IllegalArgumentException(
          "messages: %d (expected: 1, for a model without a chat template)"
              .formatted(messages.size()));
    }
    return known("messages", tokenizer.encode(messages.get(0).content(), true));
  }

  private int[] known(String field, int[] tokens) {
    for (int token : tokens) {
      if (token >= embeddings) {
        throw new IllegalArgumentException(
            "%s: token %d (expected: tokens that the model has, 0 to %d)"
                .formatted(field, token, embeddings - 1));
      }
    }
    return tokens;
  }

  /**
   * Encodes a response, without the end token.
   *
   * @param field name of the text's field, for error messages
   * @throws IllegalArgumentException if the text has no tokens, or one that the model lacks
   */
  public int[] response(String field, String text) {
    int[] tokens = tokenizer.encode(text, false);
    if (tokens.length == 0) {
      throw new IllegalArgumentException(field + ": no tokens (expected: at least one)");
    }
    return known(field, tokens);
  }

  /** The text of tokens, without special tokens. */
  public String text(int[] tokens) {
    return tokenizer.decode(tokens, false);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
