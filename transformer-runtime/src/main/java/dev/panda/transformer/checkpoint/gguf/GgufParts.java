package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.CheckpointFile;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Reads the parts of a split model as one. The first part has the metadata. */
final class GgufParts {
  private static final String NUMBER = "split.no";
  private static final String COUNT = "split.count";
  private static final String TENSORS = "split.tensors.count";

  private GgufParts() {}

  /**
   * @param files the parts in order, or the one file
   * @throws CheckpointException if the parts are not those of one model
   */
  static Gguf read(List<CheckpointFile> files) {
    List<Gguf> parts = files.stream().map(Gguf::read).toList();
    Gguf first = parts.get(0);
    if (parts.size() == 1) {
      requireWhole(first);
      return first;
    }
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Gguf part = parts.get(i);
      require(part, COUNT, parts.size(), "as its name says");
      require(part, NUMBER, i, "as its name says, counted from 0");
      for (GgufTensor tensor : part.tensors().values()) {
        GgufTensor earlier = tensors.put(tensor.name(), tensor);
        if (earlier != null) {
          throw part.error(
              "tensor "
                  + tensor.name()
                  + ": in "
                  + earlier.file().path()
                  + " too (expected: once)");
        }
      }
    }
    for (Gguf part : parts) {
      require(part, TENSORS, tensors.size(), "as all parts together have");
    }
    return first.with(Collections.unmodifiableMap(tensors));
  }

  private static void requireWhole(Gguf file) {
    OptionalLong count = file.integer(COUNT);
    if (count.orElse(1) > 1) {
      throw file.error(
          "%s: %d (expected: a name like NAME-00001-of-%05d.gguf, and the other parts beside it)"
              .formatted(COUNT, count.getAsLong(), count.getAsLong()));
    }
  }

  private static void require(Gguf part, String key, long expected, String why) {
    OptionalLong found = part.integer(key);
    if (found.isEmpty() || found.getAsLong() != expected) {
      String value = found.isPresent() ? Long.toString(found.getAsLong()) : "missing";
      throw part.error(key + ": " + value + " (expected: " + expected + ", " + why + ")");
    }
  }
}
