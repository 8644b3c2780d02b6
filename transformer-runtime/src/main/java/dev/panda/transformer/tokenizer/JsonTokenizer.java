package dev.panda.transformer.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/** A tokenizer that a {@code tokenizer.json} describes, run by the Hugging Face library. */
final class JsonTokenizer implements Tokenizer {
  private static final Map<String, String> WHOLE_TEXTS =
      Map.of("padding", "false", "truncation", "false");

  static {
    // Otherwise the library would download a GPU build on a machine with a GPU.
    if (System.getenv("RUST_FLAVOR") == null && System.getProperty("RUST_FLAVOR") == null) {
      System.setProperty("RUST_FLAVOR", "cpu");
    }
  }

  private final Vocabulary vocabulary;
  private final String fingerprint;
  private final HuggingFaceTokenizer library;

  /** Closing under the write lock keeps native memory alive while another thread uses it. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * @param source prefix of error messages
   */
  JsonTokenizer(ObjectNode tokenizerJson, String source) {
    vocabulary = Vocabulary.of(tokenizerJson, source);
    fingerprint = vocabulary.fingerprint();
    ObjectNode whole = tokenizerJson.deepCopy();
    whole.putNull("truncation");
    whole.putNull("padding");
    library = load(whole, source);
  }

  private static HuggingFaceTokenizer load(ObjectNode tokenizerJson, String source) {
    byte[] json = tokenizerJson.toString().getBytes(StandardCharsets.UTF_8);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), WHOLE_TEXTS);
    } catch (IOException | RuntimeException e) {
      throw new CheckpointException(source + ": not a usable tokenizer: " + e.getMessage(), e);
    }
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    checkUnicode(text);
    lock.readLock().lock();
    try {
      checkOpen();
      long[] ids = library.encode(text, addSpecialTokens, false).getIds();
      return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public String decode(int[] ids, boolean keepSpecialTokens) {
    long[] tokens = IntStream.of(ids).filter(vocabulary::contains).asLongStream().toArray();
    lock.readLock().lock();
    try {
      checkOpen();
      return library.decode(tokens, !keepSpecialTokens);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public byte[] bytes(int id) {
    return vocabulary.bytes(id);
  }

  @Override
  public int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      library.close();
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("tokenizer: closed (expected: open)");
    }
  }

  private static void checkUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      int character = text.codePointAt(i);
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "text: lone surrogate U+%04X at index %d (expected: Unicode text)"
                .formatted(character, i));
      }
      if (Character.isSupplementaryCodePoint(character)) {
        i++;
      }
    }
  }
}
