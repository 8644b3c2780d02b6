package dev.panda.transformer.decoder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive, a zip of uncompressed entries, from source text and the attributes
 * of one module.
 *
 * <p>Attributes may be booleans, integers (int), floats (double), and the empty lists of {@link
 * Empty}.
 */
final class TorchScriptArchive {
  private static final int NEW_OBJECT = 0x81;
  private static final int TUPLE_OF_ONE = 0x85;
  private static final int TRUE = 0x88;
  private static final int FALSE = 0x89;
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  /** An empty list; TorchScript needs its element type. */
  enum Empty {
    TENSORS("build_tensorlist"),
    INTEGERS("build_intlist"),
    OBJECTS(null);

    private final String builder;

    Empty(String builder) {
      this.builder = builder;
    }
  }

  private TorchScriptArchive() {}

  static byte[] write(String className, InputStream source, Map<String, Object> attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "decoder/data.pkl", pickle(className, attributes));
      store(zip, "decoder/code/__torch__.py", source.readAllBytes());
      store(zip, "decoder/constants.pkl", EMPTY_TUPLE);
      store(zip, "decoder/version", "10\n".getBytes(UTF_8)); // the first with the GELU by tanh
      store(zip, "decoder/byteorder", "little".getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] pickle(String className, Map<String, Object> attributes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x80, 2});
    out.writeBytes(("c__torch__\n" + className + "\n)").getBytes(UTF_8));
    out.write(NEW_OBJECT);
    out.writeBytes("}(".getBytes(UTF_8));
    attributes.forEach(
        (name, value) -> {
          byte[] key = name.getBytes(UTF_8);
          out.write('X');
          out.writeBytes(littleEndian(key.length));
          out.writeBytes(key);
          pickle(out, value);
        });
    out.writeBytes("ub.".getBytes(UTF_8));
    return out.toByteArray();
  }

  private static void pickle(ByteArrayOutputStream out, Object value) {
    if (value instanceof Boolean flag) {
      out.write(flag ? TRUE : FALSE);
    } else if (value instanceof Integer number) {
      out.write('J');
      out.writeBytes(littleEndian(number));
    } else if (value instanceof Double number) {
      out.write('G');
      out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
    } else if (value == Empty.OBJECTS) {
      out.write(']');
    } else if (value instanceof Empty list) {
      out.writeBytes(("ctorch.jit._pickle\n" + list.builder + "\n]").getBytes(UTF_8));
      out.write(TUPLE_OF_ONE);
      out.write('R');
    } else {
      throw new IllegalArgumentException(
          "attribute: " + value + " (expected: a boolean, an int, a double or an empty list)");
    }
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static void store(ZipOutputStream zip, String name, byte[] data) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(data);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }
}
