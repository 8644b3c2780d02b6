package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.CheckpointFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses a GGUF header: magic, version, counts, metadata, tensor list. It checks counts against the
 * file's size, and tensors against the file's end and each other.
 */
final class GgufParser {
  private static final int MAGIC = 0x46554747; // "GGUF", little-endian
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int LARGEST_ALIGNMENT = 1 << 20;
  private static final int LONGEST_KEY = (1 << 16) - 1;
  private static final int LONGEST_TENSOR_NAME = 255;
  private static final int MOST_DIMENSIONS = 4;
  private static final int MOST_KEYS = 1 << 16;
  private static final int MOST_TENSORS = 1 << 16;

  private final CheckpointFile file;
  private final GgufCursor cursor;

  GgufParser(CheckpointFile file) {
    this.file = file;
    this.cursor = new GgufCursor(file);
  }

  Gguf parse() {
    if (cursor.readInt("magic") != MAGIC) {
      throw file.error("not a GGUF file (expected: GGUF as its first four bytes)");
    }
    int version = cursor.readInt("version");
    if (version != 2 && version != 3) {
      throw file.error("GGUF version: " + version + " (expected: 2 or 3, little-endian)");
    }
    int tensorCount = (int) cursor.readCount(MOST_TENSORS, "number of tensors");
    int keyCount = (int) cursor.readCount(MOST_KEYS, "number of metadata keys");
    Map<String, Object> metadata = readMetadata(keyCount);
    List<GgufTensor> listed = readTensorList(tensorCount);
    long alignment = alignment(metadata);
    long dataStart = (cursor.position() + alignment - 1) / alignment * alignment;
    listed.forEach(tensor -> checkOffset(tensor, alignment, dataStart));
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    for (GgufTensor tensor : listed) {
      if (tensors.put(tensor.name(), tensor.movedBy(dataStart)) != null) {
        throw file.error("tensor " + tensor.name() + ": listed twice");
      }
    }
    checkPlaces(tensors.values().stream().toList());
    return new Gguf(
        file.path(), Collections.unmodifiableMap(metadata), Collections.unmodifiableMap(tensors));
  }

  private Map<String, Object> readMetadata(int count) {
    GgufValues values = new GgufValues(cursor);
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String key = cursor.readString(LONGEST_KEY, "metadata key " + i);
      if (metadata.put(key, values.read(key)) != null) {
        throw cursor.error(key + ": given twice");
      }
    }
    return metadata;
  }

  /** Reads the tensors; their offsets are relative to the start of the data, as in the file. */
  private List<GgufTensor> readTensorList(int count) {
    List<GgufTensor> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = cursor.readString(LONGEST_TENSOR_NAME, "name of tensor " + i);
      String subject = "tensor " + name;
      List<Integer> shape = readShape(subject);
      int type = cursor.readInt(subject + ": type");
      long offset = cursor.readCount(file.size(), subject + ": offset");
      tensors.add(new GgufTensor(file, name, type, shape, offset));
    }
    return tensors;
  }

  private List<Integer> readShape(String subject) {
    int dimensions = cursor.readInt(subject + ": number of dimensions");
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
      throw cursor.error(
          subject
              + ": "
              + Integer.toUnsignedString(dimensions)
              + " dimensions (expected: at most "
              + MOST_DIMENSIONS
              + ")");
    }
    List<Integer> shape = new ArrayList<>();
    long size = 1;
    for (int i = 0; i < dimensions; i++) {
      int length = (int) cursor.readCount(Integer.MAX_VALUE, subject + ": dimension " + i);
      if (length > 0 && size > Long.MAX_VALUE / Byte.SIZE / length) {
        throw cursor.error(subject + ": its dimensions multiply to more than 2^60 elements");
      }
      size *= length;
      shape.add(length);
    }
    Collections.reverse(shape);
    return List.copyOf(shape);
  }

  private long alignment(Map<String, Object> metadata) {
    Object alignment = metadata.getOrDefault("general.alignment", (long) DEFAULT_ALIGNMENT);
    if (!(alignment instanceof Long value)
        || value < Byte.SIZE
        || value > LARGEST_ALIGNMENT
        || value % Byte.SIZE != 0) {
      throw file.error(
          "general.alignment: "
              + alignment
              + " (expected: a multiple of 8 up to "
              + LARGEST_ALIGNMENT
              + ")");
    }
    return value;
  }

  private void checkOffset(GgufTensor tensor, long alignment, long dataStart) {
    String subject = "tensor " + tensor.name();
    if (tensor.offset() % alignment != 0) {
      throw file.error(
          subject
              + ": offset: "
              + tensor.offset()
              + " (expected: a multiple of "
              + alignment
              + ")");
    }
    if (tensor.offset() > file.size() - dataStart) {
      throw file.error(
          subject
              + ": begins at "
              + (dataStart + tensor.offset())
              + " (expected: within the file of "
              + file.size()
              + " bytes)");
    }
  }

  /** Checks that every readable tensor lies within the file and overlaps no other. */
  private void checkPlaces(List<GgufTensor> tensors) {
    List<GgufTensor> byOffset =
        tensors.stream().sorted(Comparator.comparingLong(GgufTensor::offset)).toList();
    long end = 0;
    String before = "the header";
    for (GgufTensor tensor : byOffset) {
      String subject = "tensor " + tensor.name();
      if (tensor.offset() < end) {
        throw file.error(subject + ": overlaps " + before);
      }
      long bytes = bytes(tensor, subject);
      if (bytes > file.size() - tensor.offset()) {
        throw file.error(
            subject
                + ": "
                + bytes
                + " bytes at offset "
                + tensor.offset()
                + " (expected: within the file of "
                + file.size()
                + " bytes)");
      }
      end = tensor.offset() + bytes;
      before = subject;
    }
  }

  /**
   * The number of bytes of a tensor; for an unsupported type only its beginning is known to lie in
   * the file.
   */
  private long bytes(GgufTensor tensor, String subject) {
    return GgufType.of(tensor.type()).map(type -> bytes(tensor, type, subject)).orElse(0L);
  }

  private long bytes(GgufTensor tensor, GgufType type, String subject) {
    List<Integer> shape = tensor.shape();
    int rowLength = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
    if (rowLength % type.elementsPerBlock() != 0) {
      throw file.error(
          subject
              + ": innermost dimension: "
              + rowLength
              + " (expected: a multiple of "
              + type.elementsPerBlock()
              + ", a block of "
              + type
              + ")");
    }
    return tensor.size() / type.elementsPerBlock() * type.bytesPerBlock();
  }
}
