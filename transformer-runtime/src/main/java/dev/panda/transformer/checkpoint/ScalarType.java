package dev.panda.transformer.checkpoint;

import java.nio.ByteBuffer;

/** The unquantised element types that can be read and written, under their safetensors names. */
public enum ScalarType implements ElementFormat {
  F32(Float.BYTES) {
    @Override
    float decode(ByteBuffer source) {
      return source.getFloat();
    }

    @Override
    public void encode(float value, ByteBuffer target) {
      target.putFloat(value);
    }
  },
  F16(Short.BYTES) {
    @Override
    float decode(ByteBuffer source) {
      return Float16.toFloat(source.getShort());
    }

    @Override
    public void encode(float value, ByteBuffer target) {
      target.putShort(Float16.fromFloat(value));
    }
  },
  BF16(Short.BYTES) {
    @Override
    float decode(ByteBuffer source) {
      return Float.intBitsToFloat(source.getShort() << Short.SIZE);
    }

    @Override
    public void encode(float value, ByteBuffer target) {
      int bits = Float.floatToRawIntBits(value);
      int nearestEven = bits + 0x7fff + (bits >>> Short.SIZE & 1);
      target.putShort((short) (Float.isNaN(value) ? 0x7fc0 : nearestEven >>> Short.SIZE));
    }
  };

  private final int bytes;

  ScalarType(int bytes) {
    this.bytes = bytes;
  }

  abstract float decode(ByteBuffer source);

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

  @Override
  public void decode(ByteBuffer source, int blocks, float[] target, int at) {
    for (int i = 0; i < blocks; i++) {
      target[at + i] = decode(source);
    }
  }
}
