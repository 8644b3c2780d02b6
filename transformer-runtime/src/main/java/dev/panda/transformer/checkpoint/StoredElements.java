package dev.panda.transformer.checkpoint;

import java.nio.ByteBuffer;

/**
 * A tensor's elements as a file stores them, one block after another. Many threads may read them at
 * once.
 *
 * @param subject the tensor's name in error messages
 * @param offset of the first block in the file, in bytes
 */
public record StoredElements(
    CheckpointFile file, String subject, long offset, ElementFormat format) {
  private static final int CHUNK_BYTES = 1 << 18;
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  /**
   * Reads consecutive elements as float32. It reads in chunks, so it needs little memory.
   *
   * @param first index of the first element, a multiple of the format's elements in a block
   * @param count number of elements, such a multiple too
   * @param target receives the elements, the first at index {@code at}
   */
  public void read(long first, int count, float[] target, int at) {
    int chunkBlocks = CHUNK_BYTES / format.bytesPerBlock();
    int blocks = count / format.elementsPerBlock();
    byte[] chunk = new byte[Math.min(blocks, chunkBlocks) * format.bytesPerBlock()];
    long start = offset + first / format.elementsPerBlock() * format.bytesPerBlock();
    for (int block = 0; block < blocks; block += chunkBlocks) {
      int some = Math.min(chunkBlocks, blocks - block);
      ByteBuffer part = ByteBuffer.wrap(chunk, 0, some * format.bytesPerBlock());
      file.read(start + (long) block * format.bytesPerBlock(), part, subject);
      format.decode(chunk, 0, some, target, at + block * format.elementsPerBlock());
    }
  }

  /**
   * Reads all elements into one array.
   *
   * @param elements the tensor's number of elements
   * @throws CheckpointException if no array can hold them
   */
  public float[] readAll(long elements) {
    if (elements > LARGEST_ARRAY) {
      throw file.error(
          "%s: %d elements (expected: at most %d)".formatted(subject, elements, LARGEST_ARRAY));
    }
    float[] values = new float[(int) elements];
    read(0, values.length, values, 0);
    return values;
  }
}
