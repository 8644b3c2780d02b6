package dev.panda.transformer.decoder;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory outside Java's heap that native code reads as an array. It grows as needed. */
final class SliceMemory {
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /** Memory of that many bytes, empty at first; it is the same at every call. */
  ByteBuffer bytes(int count) {
    if (memory.capacity() < count) {
      memory = ByteBuffer.allocateDirect(count);
    }
    return memory.duplicate().order(ByteOrder.nativeOrder()).clear().limit(count);
  }

  /** The memory's beginning as an array. */
  PtNDArray array(PtNDManager scope, DataType type, long... shape) {
    Shape dimensions = new Shape(shape);
    int count = Math.toIntExact(dimensions.size() * type.getNumOfBytes());
    return scope.create(bytes(count), dimensions, type);
  }
}
