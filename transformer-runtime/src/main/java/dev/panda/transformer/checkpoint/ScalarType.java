package dev.panda.transformer.checkpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The unquantised element types that can be read and written, under their safetensors names. */
public enum ScalarType implements ElementFormat {
  F32(Float.BYTES) {
    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
      ByteBuffer.wrap(source, from, blocks * Float.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(target, at, blocks);
    }

    @Override
    public void encode(float value, ByteBuffer target) {
      target.putFloat(value);
    }
  },
  F16(Short.BYTES) {
    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
      for (int i = 0; i < blocks; i++) {
        target[at + i] = Float16.toFloat((short) SHORT.get(source, from + 2 * i));
      }
    }

    @Override
    public void encode(float value, ByteBuffer target) {
      target.putShort(Float16.fromFloat(value));
    }
  },
  BF16(Short.BYTES) {
    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
      for (int i = 0; i < blocks; i++) {
        target[at + i] =
            Float.intBitsToFloat((short) SHORT.get(source, from + 2 * i) << Short.SIZE);
      }
    }

    @Override
    public void encode(float value, ByteBuffer target) {
      int bits = Float.floatToRawIntBits(value);
      int nearestEven = bits + 0x7fff + (bits >>> Short.SIZE & 1);
      target.putShort((short) (Float.isNaN(value) ? 0x7fc0 : nearestEven >>> Short.SIZE));
    }
  };

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final int bytes;

  ScalarType(int bytes) {
    this.bytes = bytes;
  }

  /** Writes one value, little-endian, rounded to the nearest value of this type, ties to even. */
  public abstract void encode(float value, ByteBuffer target);

  @Override
  public int elementsPerBlock() {
    return 1;
  }

  @Override
  public int bytesPerBlock() {
    return bytes;
  }
}
