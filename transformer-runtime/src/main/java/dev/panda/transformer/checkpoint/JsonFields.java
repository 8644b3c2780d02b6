package dev.panda.transformer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Typed access to the fields of a JSON object; a null field counts as absent.
 *
 * @param subject the file, and the object's field in it, for error messages
 */
record JsonFields(JsonNode object, String subject) {

  boolean has(String name) {
    return object.hasNonNull(name);
  }

  OptionalInt integer(String name) {
    return has(name) ? OptionalInt.of(integer(object.get(name), name)) : OptionalInt.empty();
  }

  int requiredInteger(String name) {
    return integer(name).orElseThrow(() -> error(name + ": missing (expected: an integer)"));
  }

  OptionalDouble number(String name) {
    if (!has(name)) {
      return OptionalDouble.empty();
    }
    JsonNode value = object.get(name);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw error(name + ": " + shown(value) + " (expected: a number)");
    }
    return OptionalDouble.of(value.doubleValue());
  }

  double requiredNumber(String name) {
    return number(name).orElseThrow(() -> error(name + ": missing (expected: a number)"));
  }

  boolean flag(String name, boolean whenAbsent) {
    if (!has(name)) {
      return whenAbsent;
    }
    if (!object.get(name).isBoolean()) {
      throw error(name + ": " + shown(object.get(name)) + " (expected: true or false)");
    }
    return object.get(name).booleanValue();
  }

  Optional<String> string(String name) {
    return has(name) ? Optional.of(string(object.get(name), name)) : Optional.empty();
  }

  List<String> strings(String name) {
    if (!has(name)) {
      return List.of();
    }
    List<String> values = new ArrayList<>();
    object.get(name).forEach(value -> values.add(string(value, name)));
    return values;
  }

  /** The integers of a list; a single integer counts as a list of one. */
  List<Integer> integers(String name) {
    if (!has(name)) {
      return List.of();
    }
    JsonNode value = object.get(name);
    if (!value.isArray()) {
      return List.of(integer(value, name));
    }
    List<Integer> values = new ArrayList<>();
    value.forEach(element -> values.add(integer(element, name)));
    return values;
  }

  /** The numbers of a required list. */
  float[] numbers(String name) {
    JsonNode values = object.path(name);
    if (!values.isArray()) {
      throw error(name + ": " + shown(values) + " (expected: a list of numbers)");
    }
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!values.get(i).isNumber()) {
        throw error(name + ": " + shown(values.get(i)) + " (expected: a list of numbers)");
      }
      numbers[i] = values.get(i).floatValue();
    }
    return numbers;
  }

  Optional<JsonFields> object(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    if (!object.get(name).isObject()) {
      throw error(name + ": " + shown(object.get(name)) + " (expected: an object)");
    }
    return Optional.of(new JsonFields(object.get(name), subject + ": " + name));
  }

  CheckpointException error(String message) {
    return new CheckpointException(subject + ": " + message);
  }

  private int integer(JsonNode value, String name) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw error(name + ": " + shown(value) + " (expected: an integer)");
    }
    return value.intValue();
  }

  private String string(JsonNode value, String name) {
    if (!value.isTextual()) {
      throw error(name + ": " + shown(value) + " (expected: a string)");
    }
    return value.textValue();
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
