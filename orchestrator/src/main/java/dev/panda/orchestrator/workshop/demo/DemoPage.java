package dev.panda.orchestrator.workshop.demo;

import dev.panda.orchestrator.workshop.ask.Figures;
import dev.panda.orchestrator.workshop.evaluation.Readability;
import dev.panda.orchestrator.workshop.evaluation.Repetition;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import picocli.CommandLine.Help.Ansi;

/**
 * Prints answers side by side, each above its figures.
 *
 * @param preferences names of the preferences that every answer has rewards of
 * @param width characters of a line
 */
record DemoPage(List<DemoAnswer> answers, List<String> preferences, int width) {
  static final int NARROWEST_COLUMN = 24;

  void print(PrintWriter out) {
    int perRow = answers.size();
    while (perRow > 1 && Columns.width(width, perRow) < NARROWEST_COLUMN) {
      perRow /= 2;
    }
    int column = Columns.width(width, perRow);
    for (int first = 0; first < answers.size(); first += perRow) {
      List<DemoAnswer> row = answers.subList(first, Math.min(first + perRow, answers.size()));
      print(row, DemoAnswer::heading, column, out, Ansi.Style.bold);
      print(row, answer -> "─".repeat(column), column, out, Ansi.Style.faint);
      print(row, DemoAnswer::text, column, out);
      out.println();
      print(row, this::figures, column, out, Ansi.Style.fg_cyan);
      out.println();
    }
    same().forEach(line -> Columns.wrap(line, width).forEach(out::println));
    Columns.wrap(
            "The number before a preference is the answer's reward, in standard deviations from the"
                + " mean of the reward model's calibration set. The readability grade is"
                + " Flesch–Kincaid's; lower is easier to read. Repetition is the share of 3-grams of"
                + " words that appeared before.",
            width)
        .forEach(out::println);
  }

  /** Lines that say which answers are the same. */
  private List<String> same() {
    Map<String, List<String>> headings = new LinkedHashMap<>();
    for (DemoAnswer answer : answers) {
      headings.computeIfAbsent(answer.text(), text -> new ArrayList<>()).add(answer.heading());
    }
    return headings.values().stream()
        .filter(alike -> alike.size() > 1)
        .map(
            alike -> "The same answer, chosen in different ways: " + String.join("; ", alike) + ".")
        .toList();
  }

  private static void print(
      List<DemoAnswer> row,
      Function<DemoAnswer, String> part,
      int column,
      PrintWriter out,
      Ansi.Style... styles) {
    boolean styled = Ansi.AUTO.enabled();
    for (String line : Columns.sideBySide(row.stream().map(part).toList(), column)) {
      out.println(styled ? Ansi.Style.on(styles) + line + Ansi.Style.off(styles) : line);
    }
  }

  private String figures(DemoAnswer answer) {
    String text = answer.text();
    StringBuilder figures = new StringBuilder();
    for (int j = 0; j < preferences.size(); j++) {
      figures.append("%+.2f %s%n".formatted(answer.rewards().get(j), preferences.get(j)));
    }
    figures.append("%s readability grade%n".formatted(oneDecimal(Readability.of(text).grade())));
    figures.append("%s %% repetition%n".formatted(oneDecimal(Repetition.of(text).exact(3))));
    figures.append(
        "%d tokens, %.1f s"
            .formatted(
                answer.streamed().summary().getTokenIdsCount(),
                Figures.seconds(answer.streamed().summary().getUsage().getTotalTime())));
    return figures.toString();
  }

  private static String oneDecimal(OptionalDouble figure) {
    return figure.isEmpty() ? "–" : "%.1f".formatted(figure.getAsDouble());
  }
}
