package dev.panda.transformer.checkpoint;

/** A format whose blocks hold {@link FourBitElements}, so that they need not be rounded again. */
public interface FourBitGrid {

  /**
   * Unpacks the block at index {@code from}.
   *
   * @param target receives the block's elements, the first at index {@code at}
   */
  void unpack(byte[] source, int from, FourBitElements target, int at);
}
