package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.CheckpointFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads a GGUF file's little-endian values in sequence, and never past the file's end. */
final class GgufCursor {
  private static final int WINDOW_BYTES = 1 << 16;

  private final CheckpointFile file;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowStart;

  GgufCursor(CheckpointFile file) {
    this.file = file;
  }

  long position() {
    return windowStart + window.position();
  }

  long remaining() {
    return file.size() - position();
  }

  /** An exception about the current value, with its offset in the file. */
  CheckpointException error(String message) {
    return file.error(message + ", before offset " + position());
  }

  byte readByte(String subject) {
    return ahead(Byte.BYTES, subject).get();
  }

  short readShort(String subject) {
    return ahead(Short.BYTES, subject).getShort();
  }

  int readInt(String subject) {
    return ahead(Integer.BYTES, subject).getInt();
  }

  long readLong(String subject) {
    return ahead(Long.BYTES, subject).getLong();
  }

  /**
   * Reads an unsigned 64-bit count.
   *
   * @param limit largest count that is accepted
   */
  long readCount(long limit, String subject) {
    long count = readLong(subject);
    if (count < 0 || count > limit) {
      throw error(
          subject + ": " + Long.toUnsignedString(count) + " (expected: at most " + limit + ")");
    }
    return count;
  }

  /** Reads a string: its length in bytes, then that many bytes of UTF-8. */
  String readString(int limit, String subject) {
    int length = (int) readCount(limit, subject + ": length");
    if (length > remaining()) {
      throw error(
          subject
              + ": length: "
              + length
              + " (expected: at most the remaining "
              + remaining()
              + ")");
    }
    if (length <= WINDOW_BYTES) {
      byte[] bytes = new byte[length];
      ahead(length, subject).get(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    file.read(position(), bytes, subject);
    windowStart = position() + length;
    window.position(0).limit(0);
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private ByteBuffer ahead(int bytes, String subject) {
    if (window.remaining() >= bytes) {
      return window;
    }
    if (bytes > remaining()) {
      throw error(subject + ": the file ends within it");
    }
    windowStart = position();
    window.clear().limit((int) Math.min(WINDOW_BYTES, file.size() - windowStart));
    file.read(windowStart, window, subject);
    return window;
  }
}
