package dev.panda.basemodel.workshop.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** JSON for people: a field a line, objects indented, lists of objects as tables. */
public final class JsonText {
  private static final int LONGEST_LIST = 12;
  private static final int LONGEST_NUMBER = 8;
  private static final MathContext SHORT = new MathContext(4);
  private static final String GAP = "  ";

  private JsonText() {}

  /** The fields of an object that are not null, one line or more each. */
  public static List<String> of(JsonNode object) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      if (value.isObject() || isTable(value)) {
        lines.add(field.getKey());
        (value.isObject() ? of(value) : table(value)).forEach(line -> lines.add("  " + line));
      } else if (!value.isNull()) {
        lines.add(field.getKey() + ": " + brief(value));
      }
    }
    return lines;
  }

  private static boolean isTable(JsonNode value) {
    return value.isArray() && !value.isEmpty() && stream(value).allMatch(JsonNode::isObject);
  }

  /** A row for each object, under the names of their fields. */
  private static List<String> table(JsonNode objects) {
    Set<String> names = new LinkedHashSet<>();
    objects.forEach(object -> object.fieldNames().forEachRemaining(names::add));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.copyOf(names));
    stream(objects)
        .limit(LONGEST_LIST)
        .map(object -> names.stream().map(name -> cell(object.path(name))).toList())
        .forEach(rows::add);
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < names.size(); column++) {
      int c = column;
      widths.add(rows.stream().mapToInt(row -> row.get(c).length()).max().orElseThrow());
    }
    List<String> lines = new ArrayList<>(rows.stream().map(row -> line(row, widths)).toList());
    if (objects.size() > LONGEST_LIST) {
      lines.add("… (" + objects.size() + ")");
    }
    return lines;
  }

  private static String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append(row.get(i)).append(" ".repeat(widths.get(i) - row.get(i).length())).append(GAP);
    }
    return line.toString().stripTrailing();
  }

  private static String cell(JsonNode value) {
    if (value.has("value") && value.has("low") && value.has("high")) {
      return String.format(
          Locale.ROOT,
          "%.3f [%.2f, %.2f]",
          value.path("value").asDouble(),
          value.path("low").asDouble(),
          value.path("high").asDouble());
    }
    return brief(value);
  }

  private static String brief(JsonNode value) {
    if (value.isArray()) {
      return stream(value)
              .limit(LONGEST_LIST)
              .map(JsonText::brief)
              .collect(Collectors.joining(", "))
          + (value.size() > LONGEST_LIST ? ", … (" + value.size() + ")" : "");
    }
    if (value.isDouble() && value.asText().length() > LONGEST_NUMBER) {
      return Double.toString(value.decimalValue().round(SHORT).doubleValue());
    }
    return value.isContainerNode() ? value.toString() : value.asText();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
