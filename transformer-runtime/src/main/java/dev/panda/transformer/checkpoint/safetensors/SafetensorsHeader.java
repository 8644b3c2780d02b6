package dev.panda.transformer.checkpoint.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.checkpoint.CheckpointFile;
import dev.panda.transformer.checkpoint.StrictJson;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors header: 8 bytes with its length, then JSON. Reading it checks each tensor's offsets
 * against its shape and type and against the file's end; together the tensors must fill the data
 * without gap or overlap.
 *
 * @param metadata the writer's own strings
 * @param entries by name, in header order
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Entry> entries) {
  private static final String METADATA = "__metadata__";
  private static final long LONGEST_HEADER = 100_000_000;

  /** Bytes of one element, by type; includes types that can be checked but not read. */
  private static final Map<String, Integer> BYTES =
      Map.ofEntries(
          Map.entry("F64", 8),
          Map.entry("F32", 4),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I64", 8),
          Map.entry("U64", 8),
          Map.entry("I32", 4),
          Map.entry("U32", 4),
          Map.entry("I16", 2),
          Map.entry("U16", 2),
          Map.entry("I8", 1),
          Map.entry("U8", 1),
          Map.entry("BOOL", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("F8_E5M2", 1));

  /** A tensor with the offsets of its first byte and the byte after its last. */
  record Entry(TensorInfo info, long begin, long end) {}

  static SafetensorsHeader read(CheckpointFile file) {
    return new Parser(file).parse();
  }

  private static final class Parser {
    private final CheckpointFile file;

    Parser(CheckpointFile file) {
      this.file = file;
    }

    SafetensorsHeader parse() {
      ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.read(0, prefix, "header length");
      long length = prefix.getLong();
      long limit = Math.min(LONGEST_HEADER, file.size() - Long.BYTES);
      if (length < 2 || length > limit) {
        throw file.error(
            "header length: " + Long.toUnsignedString(length) + " (expected: 2 to " + limit + ")");
      }
      ByteBuffer json = ByteBuffer.allocate((int) length);
      file.read(Long.BYTES, json, "header");
      JsonNode root = StrictJson.parse(json.array(), file.path() + ": header");
      Map<String, Entry> entries = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : root.properties()) {
        if (!field.getKey().equals(METADATA)) {
          entries.put(field.getKey(), entry(field.getKey(), field.getValue(), Long.BYTES + length));
        }
      }
      Map<String, String> metadata = metadata(root.path(METADATA));
      checkPlaces(entries, Long.BYTES + length);
      return new SafetensorsHeader(metadata, Collections.unmodifiableMap(entries));
    }

    private Map<String, String> metadata(JsonNode json) {
      if (!json.isObject() && !json.isMissingNode()) {
        throw file.error(METADATA + ": not an object");
      }
      Map<String, String> metadata = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        if (!field.getValue().isTextual()) {
          throw file.error("metadata " + field.getKey() + ": not a string");
        }
        metadata.put(field.getKey(), field.getValue().textValue());
      }
      return Collections.unmodifiableMap(metadata);
    }

    private Entry entry(String name, JsonNode json, long dataStart) {
      String subject = "tensor " + name;
      if (!json.path("dtype").isTextual()) {
        throw file.error(subject + ": dtype: missing (expected: a string)");
      }
      String type = json.get("dtype").textValue();
      List<Integer> shape = shape(subject, json.path("shape"));
      JsonNode offsets = json.path("data_offsets");
      if (!offsets.isArray() || offsets.size() != 2) {
        throw file.error(subject + ": data_offsets: missing (expected: two integers)");
      }
      long room = file.size() - dataStart;
      long begin = integer(subject + ": data_offsets", offsets.get(0), room);
      long end = integer(subject + ": data_offsets", offsets.get(1), room);
      Integer bytes = BYTES.get(type);
      long size = size(subject, shape);
      if (end < begin || (bytes != null && end - begin != size * bytes)) {
        throw file.error(
            subject
                + ": data_offsets: ["
                + begin
                + ", "
                + end
                + "] (expected: as far apart as the bytes of shape "
                + shape
                + " in "
                + type
                + ")");
      }
      return new Entry(new TensorInfo(name, type, shape), dataStart + begin, dataStart + end);
    }

    private List<Integer> shape(String subject, JsonNode json) {
      if (!json.isArray()) {
        throw file.error(subject + ": shape: missing (expected: a list of integers)");
      }
      List<Integer> shape = new ArrayList<>();
      for (JsonNode dimension : json) {
        shape.add((int) integer(subject + ": shape", dimension, Integer.MAX_VALUE));
      }
      return List.copyOf(shape);
    }

    private long size(String subject, List<Integer> shape) {
      long size = 1;
      for (int length : shape) {
        if (length > 0 && size > Long.MAX_VALUE / Long.BYTES / length) {
          throw file.error(subject + ": shape: " + shape + " (expected: fewer than 2^60 elements)");
        }
        size *= length;
      }
      return size;
    }

    private long integer(String subject, JsonNode json, long limit) {
      if (!json.isIntegralNumber()
          || !json.canConvertToLong()
          || json.longValue() < 0
          || json.longValue() > limit) {
        throw file.error(subject + ": " + json + " (expected: an integer, 0 to " + limit + ")");
      }
      return json.longValue();
    }

    private void checkPlaces(Map<String, Entry> entries, long dataStart) {
      List<Entry> byPlace =
          entries.values().stream()
              .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
              .toList();
      long end = dataStart;
      for (Entry entry : byPlace) {
        if (entry.begin() != end) {
          throw file.error(
              "tensor "
                  + entry.info().name()
                  + ": begins at "
                  + entry.begin()
                  + " (expected: at "
                  + end
                  + ", the end of the tensor before it)");
        }
        end = entry.end();
      }
      if (end != file.size()) {
        throw file.error(
            "tensors end at " + end + " (expected: at the end of the file, " + file.size() + ")");
      }
    }
  }
}
