package dev.panda.transformer.tokenizer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.util.Arrays;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A tokenizer in the Hugging Face library, and its native memory. Fetches ids alone: the library
 * would also make an object for each token's text and for its place in the text.
 */
final class LibraryTokenizer implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

  static {
    // Otherwise the library would download a GPU build on a machine with a GPU.
    if (System.getenv("RUST_FLAVOR") == null && System.getProperty("RUST_FLAVOR") == null) {
      System.setProperty("RUST_FLAVOR", "cpu");
    }
    LibUtils.checkStatus();
  }

  private final long handle;

  /** Closing under the write lock keeps native memory alive while another thread uses it. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  private LibraryTokenizer(long handle) {
    this.handle = handle;
  }

  /**
   * Loads what {@link TokenizerStructure} accepts; anything else may end the process.
   *
   * @param source prefix of error messages
   */
  static LibraryTokenizer load(ObjectNode tokenizerJson, String source) {
    ObjectNode whole = tokenizerJson.objectNode().setAll(tokenizerJson);
    whole.putNull("truncation");
    whole.putNull("padding");
    try {
      return new LibraryTokenizer(LIBRARY.createTokenizerFromString(whole.toString()));
    } catch (RuntimeException e) {
      throw new CheckpointException(source + ": not a usable tokenizer: " + e.getMessage(), e);
    }
  }

  int[] encode(String text, boolean addSpecialTokens) {
    lock.readLock().lock();
    try {
      checkOpen();
      long encoding = LIBRARY.encode(handle, text, addSpecialTokens);
      try {
        return Arrays.stream(LIBRARY.getTokenIds(encoding)).mapToInt(Math::toIntExact).toArray();
      } finally {
        LIBRARY.deleteEncoding(encoding);
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  String decode(long[] ids, boolean keepSpecialTokens) {
    lock.readLock().lock();
    try {
      checkOpen();
      return LIBRARY.decode(handle, ids, !keepSpecialTokens);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        LIBRARY.deleteTokenizer(handle);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("tokenizer: closed (expected: open)");
    }
  }
}
