package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.Float16;
import dev.panda.transformer.checkpoint.FourBitGrid;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A quantised type whose blocks a function converts one by one.
 *
 * @param grid unpacks a block, if its elements lie on such a grid
 */
record BlockFormat(
    int elementsPerBlock, int bytesPerBlock, Decoder decoder, Optional<FourBitGrid> grid)
    implements ElementFormat {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  BlockFormat(int elementsPerBlock, int bytesPerBlock, Decoder decoder) {
    this(elementsPerBlock, bytesPerBlock, decoder, Optional.empty());
  }

  BlockFormat(int elementsPerBlock, int bytesPerBlock, Decoder decoder, FourBitGrid grid) {
    this(elementsPerBlock, bytesPerBlock, decoder, Optional.of(grid));
  }

  /** Converts the block at index {@code from}; its first value goes to index {@code at}. */
  interface Decoder {
    void decode(byte[] source, int from, float[] target, int at);
  }

  @Override
  public void decode(byte[] source, int from, int blocks, float[] target, int at) {
    for (int block = 0; block < blocks; block++) {
      decoder.decode(source, from + block * bytesPerBlock, target, at + block * elementsPerBlock);
    }
  }

  /** Unpacks bytes of two nibbles: first all low nibbles, then all high ones. */
  static void nibbles(byte[] source, int from, int bytes, byte[] target, int at) {
    for (int i = 0; i < bytes; i++) {
      byte pair = source[from + i];
      target[at + i] = (byte) (pair & 0xf);
      target[at + bytes + i] = (byte) (pair >>> 4 & 0xf);
    }
  }

  /** The half-precision number at an index. */
  static float half(byte[] source, int at) {
    return Float16.toFloat((short) SHORT.get(source, at));
  }

  /** The integer of 32 bits at an index. */
  static int word(byte[] source, int at) {
    return (int) INT.get(source, at);
  }
}
