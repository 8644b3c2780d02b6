package dev.panda.transformer.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Random access to one file of a checkpoint, of any size. A read returns all requested bytes or
 * fails. The file is not mapped into memory, so a file that shrinks while it is open causes an
 * error and never a crash. Many threads may use one instance.
 */
public final class CheckpointFile implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final long size;

  private CheckpointFile(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  /**
   * Opens a file for reading; the caller closes it.
   *
   * @throws CheckpointException if there is no such file, or it cannot be read
   */
  @SuppressWarnings("MustBeClosedChecker") // the channel is closed with this object
  public static CheckpointFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(path + ": no such file");
    }
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return new CheckpointFile(path, channel, channel.size());
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  public Path path() {
    return path;
  }

  /** The file's size in bytes when it was opened. */
  public long size() {
    return size;
  }

  /**
   * An exception about this file; to blame a part of the file, begin the message with that part.
   */
  public CheckpointException error(String message) {
    return new CheckpointException(path + ": " + message);
  }

  /**
   * Fills the target from its position to its limit, then resets the position so that the bytes can
   * be read.
   *
   * @param subject name of the part that is read, for error messages
   */
  public void read(long offset, ByteBuffer target, String subject) {
    int start = target.position();
    int wanted = target.remaining();
    if (offset < 0 || wanted > size - offset) {
      throw error(
          subject
              + ": "
              + wanted
              + " bytes at offset "
              + offset
              + " (expected: within the file of "
              + size
              + " bytes)");
    }
    try {
      while (target.hasRemaining()) {
        if (channel.read(target, offset + target.position() - start) < 0) {
          throw error(subject + ": the file was truncated while it was read");
        }
      }
    } catch (IOException e) {
      throw new CheckpointException(path + ": " + subject + ": " + e.getMessage(), e);
    }
    target.position(start);
  }

  /**
   * Reads consecutive blocks as float32. It reads in chunks, so it needs little more memory than
   * the result.
   *
   * @param offset of the first block, in bytes
   * @param elements number of elements, a multiple of the format's elements in a block
   * @param subject name of the tensor, for error messages
   */
  public float[] readFloats(long offset, ElementFormat format, long elements, String subject) {
    if (elements > Integer.MAX_VALUE - 8) {
      throw error(subject + ": " + elements + " elements (expected: fewer than 2^31 - 8)");
    }
    float[] values = new float[(int) elements];
    int chunkBlocks = CHUNK_BYTES / format.bytesPerBlock();
    long blocks = elements / format.elementsPerBlock();
    byte[] chunk = new byte[(int) Math.min(blocks, chunkBlocks) * format.bytesPerBlock()];
    for (long block = 0; block < blocks; block += chunkBlocks) {
      int count = (int) Math.min(chunkBlocks, blocks - block);
      ByteBuffer part = ByteBuffer.wrap(chunk, 0, count * format.bytesPerBlock());
      read(offset + block * format.bytesPerBlock(), part, subject);
      format.decode(chunk, 0, count, values, (int) (block * format.elementsPerBlock()));
    }
    return values;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be closed: " + e.getMessage(), e);
    }
  }
}
