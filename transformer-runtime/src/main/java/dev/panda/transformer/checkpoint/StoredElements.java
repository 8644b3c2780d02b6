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

  /** The elements from some index on, a multiple of the format's elements in a block. */
  public StoredElements from(long first) {
    return new StoredElements(file, subject, place(first), format);
  }

  /** The offset of an element that begins a block. */
  private long place(long element) {
    return offset + element / format.elementsPerBlock() * format.bytesPerBlock();
  }

  /**
   * Reads consecutive elements as float32. It reads in chunks, so it needs little memory.
   *
   * @param first index of the first element, a multiple of the format's elements in a block
   * @param count number of elements, such a multiple too
   * @param target receives the elements, the first at index {@code at}
   */
  public void read(long first, int count, float[] target, int at) {
    readChunks(
        first,
        count,
        (chunk, blocks, place) -> format.decode(chunk, 0, blocks, target, at + place));
  }

  /**
   * Reads consecutive elements as numbers on a grid. The format must have {@link
   * ElementFormat#grid() one}.
   *
   * @param first index of the first element, a multiple of the format's elements in a block
   * @param count number of elements, such a multiple too
   * @param target receives the elements, the first at index {@code at}
   */
  public void read(long first, int count, FourBitElements target, int at) {
    FourBitGrid grid = format.grid().orElseThrow();
    readChunks(
        first,
        count,
        (chunk, blocks, place) -> {
          for (int block = 0; block < blocks; block++) {
            int from = block * format.bytesPerBlock();
            grid.unpack(chunk, from, target, at + place + block * format.elementsPerBlock());
          }
        });
  }

  /**
   * Reads consecutive elements as the file's bytes.
   *
   * @param first index of the first element, a multiple of the format's elements in a block
   * @param target is filled from its position to its limit, which is where the position then is
   */
  public void read(long first, ByteBuffer target) {
    file.read(place(first), target, subject);
    target.position(target.limit());
  }

  /** Takes some blocks, of which the first element has that place among those read. */
  private interface Blocks {
    void take(byte[] chunk, int blocks, int place);
  }

  private void readChunks(long first, int count, Blocks target) {
    int chunkBlocks = CHUNK_BYTES / format.bytesPerBlock();
    int blocks = count / format.elementsPerBlock();
    byte[] chunk = new byte[Math.min(blocks, chunkBlocks) * format.bytesPerBlock()];
    long start = place(first);
    for (int block = 0; block < blocks; block += chunkBlocks) {
      int some = Math.min(chunkBlocks, blocks - block);
      ByteBuffer part = ByteBuffer.wrap(chunk, 0, some * format.bytesPerBlock());
      file.read(start + (long) block * format.bytesPerBlock(), part, subject);
      target.take(chunk, some, block * format.elementsPerBlock());
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
