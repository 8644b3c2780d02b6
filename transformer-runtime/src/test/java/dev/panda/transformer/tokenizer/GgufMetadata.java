package dev.panda.transformer.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A GGUF file with metadata and no tensors. */
final class GgufMetadata {
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** A value: text, true or false, an integer, or a list of texts, integers or floats. */
  GgufMetadata with(String key, Object value) {
    values.put(key, value);
    return this;
  }

  @SuppressWarnings("unchecked") // the caller knows that it is a list of texts
  List<String> texts(String key) {
    return (List<String>) values.get(key);
  }

  Path write(Path file) {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0x46554747).putInt(3).putLong(0).putLong(values.size());
    values.forEach(
        (key, value) -> {
          putText(bytes, key);
          bytes.putInt(type(value));
          put(bytes, value);
        });
    bytes.position((bytes.position() + 31) / 32 * 32);
    byte[] content = new byte[bytes.position()];
    bytes.flip().get(content);
    try {
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int type(Object value) {
    if (value instanceof Integer) {
      return 5;
    }
    if (value instanceof Float) {
      return 6;
    }
    if (value instanceof Boolean) {
      return 7;
    }
    return value instanceof String ? 8 : 9;
  }

  private static void put(ByteBuffer bytes, Object value) {
    if (value instanceof Integer integer) {
      bytes.putInt(integer);
    } else if (value instanceof Float number) {
      bytes.putFloat(number);
    } else if (value instanceof Boolean flag) {
      bytes.put((byte) (flag ? 1 : 0));
    } else if (value instanceof String text) {
      putText(bytes, text);
    } else {
      List<?> list = (List<?>) value;
      bytes.putInt(type(list.get(0))).putLong(list.size());
      list.forEach(element -> put(bytes, element));
    }
  }

  private static void putText(ByteBuffer bytes, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes.putLong(utf8.length).put(utf8);
  }
}
