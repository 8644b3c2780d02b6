package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.CheckpointException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads metadata values. Integers of every width become {@link Long} (or {@link BigInteger} beyond
 * 2^63 - 1), and both kinds of floating point {@link Double}. Arrays become {@code long[]}, {@code
 * double[]}, {@code boolean[]} or a {@link List} of strings or arrays.
 */
final class GgufValues {
  private static final int LONGEST_STRING = 1 << 24;
  private static final int LONGEST_ARRAY = 1 << 22;
  private static final int DEEPEST_ARRAY = 4;

  private static final int UINT8 = 0;
  private static final int INT8 = 1;
  private static final int UINT16 = 2;
  private static final int INT16 = 3;
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int UINT64 = 10;
  private static final int INT64 = 11;
  private static final int FLOAT64 = 12;

  private final GgufCursor cursor;

  GgufValues(GgufCursor cursor) {
    this.cursor = cursor;
  }

  /** Reads the value of a key: its type, then the value itself. */
  Object read(String key) {
    return read(cursor.readInt(key + ": type"), key, 0);
  }

  private Object read(int type, String key, int depth) {
    return switch (type) {
      case STRING -> cursor.readString(LONGEST_STRING, key);
      case ARRAY -> readArray(key, depth + 1);
      case BOOL -> readBoolean(key);
      case FLOAT32, FLOAT64 -> readDouble(type, key);
      case UINT64 -> readUnsignedLong(key);
      default -> readLong(type, key);
    };
  }

  private Object readArray(String key, int depth) {
    if (depth > DEEPEST_ARRAY) {
      throw cursor.error(key + ": arrays in arrays (expected: at most " + DEEPEST_ARRAY + " deep)");
    }
    int type = cursor.readInt(key + ": element type");
    int count = (int) cursor.readCount(LONGEST_ARRAY, key + ": number of elements");
    if (count > cursor.remaining() / smallestBytes(type, key)) {
      throw cursor.error(
          key + ": " + count + " elements (expected: no more than fit in the rest of the file)");
    }
    return switch (type) {
      case STRING, ARRAY -> readList(type, key, depth, count);
      case BOOL -> readBooleans(key, count);
      case FLOAT32, FLOAT64 -> readDoubles(type, key, count);
      default -> readLongs(type, key, count);
    };
  }

  private List<Object> readList(int type, String key, int depth, int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(read(type, key, depth));
    }
    return Collections.unmodifiableList(values);
  }

  private boolean[] readBooleans(String key, int count) {
    boolean[] values = new boolean[count];
    for (int i = 0; i < count; i++) {
      values[i] = readBoolean(key);
    }
    return values;
  }

  private double[] readDoubles(int type, String key, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = readDouble(type, key);
    }
    return values;
  }

  private long[] readLongs(int type, String key, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = readLong(type, key);
    }
    return values;
  }

  private boolean readBoolean(String key) {
    byte value = cursor.readByte(key);
    if (value != 0 && value != 1) {
      throw cursor.error(key + ": " + value + " (expected: 0 or 1)");
    }
    return value == 1;
  }

  private double readDouble(int type, String key) {
    return type == FLOAT32
        ? Float.intBitsToFloat(cursor.readInt(key))
        : Double.longBitsToDouble(cursor.readLong(key));
  }

  private Object readUnsignedLong(String key) {
    long value = cursor.readLong(key);
    return value >= 0 ? Long.valueOf(value) : new BigInteger(Long.toUnsignedString(value));
  }

  private long readLong(int type, String key) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedLong(cursor.readByte(key));
      case INT8 -> cursor.readByte(key);
      case UINT16 -> Short.toUnsignedLong(cursor.readShort(key));
      case INT16 -> cursor.readShort(key);
      case UINT32 -> Integer.toUnsignedLong(cursor.readInt(key));
      case INT32 -> cursor.readInt(key);
      case UINT64 -> cursor.readCount(Long.MAX_VALUE, key);
      case INT64 -> cursor.readLong(key);
      default -> throw unknownType(type, key);
    };
  }

  private int smallestBytes(int type, String key) {
    return switch (type) {
      case UINT8, INT8, BOOL -> 1;
      case UINT16, INT16 -> 2;
      case UINT32, INT32, FLOAT32 -> 4;
      case UINT64, INT64, FLOAT64, STRING -> 8;
      case ARRAY -> 12;
      default -> throw unknownType(type, key);
    };
  }

  private CheckpointException unknownType(int type, String key) {
    return cursor.error(
        key + ": value type " + Integer.toUnsignedString(type) + " (expected: 0 to 12)");
  }
}
