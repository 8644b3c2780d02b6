package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.CheckpointFile;
import java.util.List;

/**
 * An entry of a GGUF file's tensor list.
 *
 * @param file that holds it
 * @param name its name in the file, such as {@code blk.0.attn_q.weight}
 * @param type number of its element type
 * @param shape its dimensions, outermost first (the file lists them innermost first)
 * @param offset of its data in the file, in bytes
 */
record GgufTensor(CheckpointFile file, String name, int type, List<Integer> shape, long offset) {

  GgufTensor movedBy(long bytes) {
    return new GgufTensor(file, name, type, shape, offset + bytes);
  }

  long size() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }
}
