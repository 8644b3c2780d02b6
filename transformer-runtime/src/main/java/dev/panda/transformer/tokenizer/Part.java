package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a {@code tokenizer.json} that knows its place, for error messages.
 *
 * @param file the file that it stands in
 * @param path its place in the file, such as {@code normalizer.content}; empty for the whole
 */
record Part(JsonNode node, String file, String path) {
  private static final int LONGEST_VALUE = 80;

  static Part whole(JsonNode json, String file) {
    return new Part(json, file, "");
  }

  Part at(String field) {
    return new Part(node.path(field), file, path.isEmpty() ? field : path + "." + field);
  }

  Part at(int index) {
    return new Part(node.path(index), file, path + "[" + index + "]");
  }

  boolean isAbsent() {
    return node.isMissingNode() || node.isNull();
  }

  String text() {
    if (!node.isTextual()) {
      throw refused("text");
    }
    return node.textValue();
  }

  /** A text of at most so many UTF-16 units. */
  String text(int longest) {
    String text = text();
    if (text.length() > longest) {
      throw refused(text.length() + " characters", "at most " + longest);
    }
    return text;
  }

  int integer(int least, int most) {
    if (!node.isIntegralNumber() || node.longValue() < least || node.longValue() > most) {
      throw refused(least + " to " + most);
    }
    return node.intValue();
  }

  boolean isTrue() {
    if (!isAbsent() && !node.isBoolean()) {
      throw refused("true or false");
    }
    return node.asBoolean();
  }

  /** The elements of a list with at most so many. */
  List<Part> list(int most) {
    if (!node.isArray()) {
      throw refused("a list");
    }
    if (node.size() > most) {
      throw refused(node.size() + " elements", "at most " + most);
    }
    List<Part> elements = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      elements.add(at(i));
    }
    return elements;
  }

  CheckpointException refused(String expected) {
    return refused(node.isMissingNode() ? "missing" : node.toString(), expected);
  }

  CheckpointException refused(String value, String expected) {
    String shown = value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) + "…" : value;
    return new CheckpointException(
        "%s: %s: %s (expected: %s)"
            .formatted(file, path.isEmpty() ? "the file" : path, shown, expected));
  }
}
