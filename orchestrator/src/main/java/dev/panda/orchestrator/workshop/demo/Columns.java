package dev.panda.orchestrator.workshop.demo;

import java.util.ArrayList;
import java.util.List;

/** Sets texts side by side. */
final class Columns {
  private static final String GAP = "  │ ";

  private Columns() {}

  /**
   * Joins the lines of the texts, one line for each line of the longest text.
   *
   * @param width characters of a column
   */
  static List<String> sideBySide(List<String> texts, int width) {
    List<List<String>> columns = texts.stream().map(text -> wrap(text, width)).toList();
    int height = columns.stream().mapToInt(List::size).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < height; row++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns.size(); i++) {
        String cell = row < columns.get(i).size() ? columns.get(i).get(row) : "";
        line.append(i == 0 ? "" : GAP).append(cell).append(" ".repeat(width - length(cell)));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** The width of {@code count} columns that fill {@code total} characters. */
  static int width(int total, int count) {
    return (total - GAP.length() * (count - 1)) / count;
  }

  /** Breaks a text at spaces, and inside words that are longer than a line. */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.strip().lines().toList()) {
      StringBuilder line = new StringBuilder();
      for (String word : paragraph.split(" +", -1)) {
        if (!line.isEmpty() && length(line) + 1 + length(word) > width) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.isEmpty() ? "" : " ").append(word);
        while (length(line) > width) {
          int end = line.offsetByCodePoints(0, width);
          lines.add(line.substring(0, end));
          line.delete(0, end);
        }
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static int length(CharSequence text) {
    return Character.codePointCount(text, 0, text.length());
  }
}
