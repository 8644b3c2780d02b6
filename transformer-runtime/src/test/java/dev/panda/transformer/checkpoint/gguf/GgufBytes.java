package dev.panda.transformer.checkpoint.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the bytes of GGUF files, valid and invalid. */
@SuppressWarnings("ByteBufferBackingArray") // its buffers are allocated in full by little()
final class GgufBytes {
  static final int UINT32 = 4;
  static final int FLOAT32 = 6;
  static final int STRING = 8;

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final ByteArrayOutputStream list = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int version = 3;
  private long keys;
  private long tensors;

  GgufBytes version(int number) {
    version = number;
    return this;
  }

  /** States wrong counts. */
  GgufBytes miscount(long moreTensors, long moreKeys) {
    tensors += moreTensors;
    keys += moreKeys;
    return this;
  }

  GgufBytes integer(String key, int value) {
    return value(key, UINT32, little(4).putInt(value).array());
  }

  GgufBytes number(String key, float value) {
    return value(key, FLOAT32, little(4).putFloat(value).array());
  }

  GgufBytes string(String key, String value) {
    return value(key, STRING, text(value));
  }

  GgufBytes value(String key, int type, byte[] value) {
    keys++;
    metadata.writeBytes(text(key));
    metadata.writeBytes(little(4).putInt(type).array());
    metadata.writeBytes(value);
    return this;
  }

  /** A float32 tensor, with its data. */
  GgufBytes tensor(String name, List<Integer> shape, float[] values) {
    ByteBuffer bytes = little(values.length * 4);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return quantised(name, shape, GgufType.F32, bytes.array());
  }

  /** A tensor of any type, with its data. */
  GgufBytes quantised(String name, List<Integer> shape, GgufType type, byte[] blocks) {
    long[] innermostFirst = new long[shape.size()];
    for (int i = 0; i < innermostFirst.length; i++) {
      innermostFirst[i] = shape.get(innermostFirst.length - 1 - i);
    }
    listed(name, innermostFirst, type.number(), data.size());
    data.writeBytes(blocks);
    data.writeBytes(new byte[Math.floorMod(-data.size(), 32)]);
    return this;
  }

  /** An entry of the tensor list, without data. */
  GgufBytes listed(String name, long[] innermostFirst, int type, long offset) {
    tensors++;
    list.writeBytes(text(name));
    list.writeBytes(little(4).putInt(innermostFirst.length).array());
    for (long dimension : innermostFirst) {
      list.writeBytes(little(8).putLong(dimension).array());
    }
    list.writeBytes(little(12).putInt(type).putLong(offset).array());
    return this;
  }

  /** The offset of the next tensor's data. */
  long dataSize() {
    return data.size();
  }

  byte[] bytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("GGUF".getBytes(StandardCharsets.UTF_8));
    file.writeBytes(little(20).putInt(version).putLong(tensors).putLong(keys).array());
    file.writeBytes(metadata.toByteArray());
    file.writeBytes(list.toByteArray());
    file.writeBytes(new byte[Math.floorMod(-file.size(), 32)]);
    file.writeBytes(data.toByteArray());
    return file.toByteArray();
  }

  static byte[] text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return little(8 + bytes.length).putLong(bytes.length).put(bytes).array();
  }

  static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
