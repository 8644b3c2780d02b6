package dev.panda.transformer.checkpoint.gguf;

import java.util.List;

/**
 * A tensor as a GGUF file lists it.
 *
 * @param name its name in the file, such as {@code blk.0.attn_q.weight}
 * @param type number of its element type
 * @param shape its dimensions, outermost first (the file has them innermost first)
 * @param offset where its data begins in the file
 */
record GgufTensor(String name, int type, List<Integer> shape, long offset) {

  GgufTensor movedBy(long bytes) {
    return new GgufTensor(name, type, shape, offset + bytes);
  }

  long size() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }
}
