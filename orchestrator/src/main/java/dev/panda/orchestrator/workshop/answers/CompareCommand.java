package dev.panda.orchestrator.workshop.answers;

import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.evaluation.PairedDifference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares answers to the same prompts by figures of their text and by rewards. */
@Command(
    name = "compare",
    description = {
      "Compares answers that `sample` wrote by figures that need no reward model: length in words,"
          + " Flesch–Kincaid readability grade, and share of repeated 3-grams of words. If `score`"
          + " added rewards to all files, it also compares these (normalised). A reward model rates"
          + " the answers that it guided too high: let another one judge.",
      "Every file is compared with the first one, prompt by prompt, and also instruction by"
          + " instruction if a file has several. Differences have 95 %% intervals by a bootstrap"
          + " over prompts. Several answers to a prompt count as one, by their mean. An answer that a"
          + " file lacks, or that has no words in one of the files, is left out and counted."
    },
    footer = {
      "  deploy/panda sample --prompts prompts.jsonl --output unaligned.jsonl \\",
      "      --method greedy",
      "  deploy/panda sample --prompts prompts.jsonl --output easy.jsonl \\",
      "      --method panda -p comprehensibility",
      "  deploy/panda compare unaligned.jsonl easy.jsonl",
      "",
      "  deploy/panda score -m smollm2 -p comprehensibility-judge \\",
      "      -d unaligned.jsonl -o unaligned.scored.jsonl",
      "  deploy/panda score -m smollm2 -p comprehensibility-judge \\",
      "      -d easy.jsonl -o easy.scored.jsonl",
      "  deploy/panda compare unaligned.scored.jsonl easy.scored.jsonl"
    })
public final class CompareCommand implements Callable<Integer> {
  private static final long SEED = 0;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "2..*",
      paramLabel = "FILE",
      description = "Files of answers; the others are compared with the first one.")
  private List<Path> files;

  private record Column(String name, int decimals, ToDoubleFunction<AnswerFigures> figure) {}

  @Override
  public Integer call() throws IOException {
    List<Map<SampleFile.Key, AnswerFigures>> all = new ArrayList<>();
    for (Path file : files) {
      all.add(read(file));
    }
    if (all.stream().allMatch(CompareCommand::hasOneInstruction)) {
      all.replaceAll(CompareCommand::withoutInstruction);
    }
    List<SampleFile.Key> common =
        all.get(0).keySet().stream()
            .filter(key -> all.stream().allMatch(answers -> answers.containsKey(key)))
            .toList();
    if (common.isEmpty()) {
      throw new CommandFailure(
          "no prompt has answers in all files", "Compare answers to the same prompts.");
    }
    Map<Conversation, List<SampleFile.Key>> prompts =
        common.stream()
            .collect(
                Collectors.groupingBy(
                    SampleFile.Key::prompt, LinkedHashMap::new, Collectors.toList()));
    print(all, List.copyOf(prompts.values()));
    return 0;
  }

  private static Map<SampleFile.Key, AnswerFigures> read(Path file) throws IOException {
    Map<SampleFile.Key, AnswerFigures> answers = new LinkedHashMap<>();
    JsonLines.read(
        file,
        line ->
            AnswerFigures.of(line)
                .ifPresent(figures -> answers.put(SampleFile.key(line), figures)));
    return answers;
  }

  private static boolean hasOneInstruction(Map<SampleFile.Key, AnswerFigures> answers) {
    return answers.keySet().stream().map(SampleFile.Key::instruction).distinct().count() <= 1;
  }

  /** Drops the instructions, so that files with one instruction each can be compared. */
  private static Map<SampleFile.Key, AnswerFigures> withoutInstruction(
      Map<SampleFile.Key, AnswerFigures> answers) {
    Map<SampleFile.Key, AnswerFigures> without = new LinkedHashMap<>();
    answers.forEach(
        (key, figures) -> without.put(new SampleFile.Key(key.prompt(), "", key.sample()), figures));
    return without;
  }

  /**
   * @param prompts for each prompt, the answers that are in all files
   */
  private void print(
      List<Map<SampleFile.Key, AnswerFigures>> all, List<List<SampleFile.Key>> prompts) {
    PrintWriter out = spec.commandLine().getOut();
    List<Column> columns = columns(all, prompts);
    List<List<String>> rows = new ArrayList<>();
    rows.add(new ArrayList<>(List.of("answers")));
    columns.forEach(column -> rows.get(0).add(column.name()));
    for (int i = 0; i < files.size(); i++) {
      List<String> row = new ArrayList<>();
      row.add(files.get(i).getFileName().toString());
      for (Column column : columns) {
        row.add(figure(all, prompts, i, column));
      }
      rows.add(row);
    }
    aligned(rows).forEach(out::println);
    Set<String> partly = new TreeSet<>();
    all.forEach(answers -> answers.values().forEach(a -> partly.addAll(a.rewards().keySet())));
    columns.forEach(column -> partly.remove(column.name()));
    if (!partly.isEmpty()) {
      out.println(
          "Not compared, because some answers lack them: rewards of " + String.join(", ", partly));
    }
    int common = prompts.stream().mapToInt(List::size).sum();
    int most = all.stream().mapToInt(Map::size).max().orElse(0);
    out.printf(
        "%d answers to %d prompts in all files, %d left out%n",
        common, prompts.size(), most - common);
  }

  private static List<String> aligned(List<List<String>> rows) {
    List<StringBuilder> lines = rows.stream().map(row -> new StringBuilder()).toList();
    for (int column = 0; column < rows.get(0).size(); column++) {
      for (int row = 0; row < rows.size(); row++) {
        lines.get(row).append(rows.get(row).get(column));
      }
      int width = lines.stream().mapToInt(StringBuilder::length).max().orElseThrow() + 2;
      lines.forEach(line -> line.append(" ".repeat(width - line.length())));
    }
    return lines.stream().map(line -> line.toString().stripTrailing()).toList();
  }

  /** The columns; the last ones are the rewards that all compared answers have. */
  private static List<Column> columns(
      List<Map<SampleFile.Key, AnswerFigures>> all, List<List<SampleFile.Key>> prompts) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("words", 1, AnswerFigures::words));
    columns.add(new Column("readability grade", 2, AnswerFigures::grade));
    columns.add(new Column("repeated 3-grams", 2, AnswerFigures::repetition));
    Set<String> rewards = new TreeSet<>(all.get(0).get(prompts.get(0).get(0)).rewards().keySet());
    for (Map<SampleFile.Key, AnswerFigures> answers : all) {
      prompts.forEach(
          keys -> keys.forEach(key -> rewards.retainAll(answers.get(key).rewards().keySet())));
    }
    rewards.forEach(
        name -> columns.add(new Column(name, 2, figures -> figures.rewards().get(name))));
    return columns;
  }

  private static String figure(
      List<Map<SampleFile.Key, AnswerFigures>> all,
      List<List<SampleFile.Key>> prompts,
      int i,
      Column column) {
    double[] values = values(all.get(i), prompts, column.figure());
    String mean = rounded(column, "", Arrays.stream(values).average().orElseThrow());
    if (i == 0) {
      return mean;
    }
    PairedDifference difference =
        PairedDifference.of(values(all.get(0), prompts, column.figure()), values, SEED);
    return "%s  %s [%s, %s]"
        .formatted(
            mean,
            rounded(column, "+", difference.mean()),
            rounded(column, "+", difference.low()),
            rounded(column, "+", difference.high()));
  }

  private static String rounded(Column column, String sign, double value) {
    return ("%" + sign + "." + column.decimals() + "f").formatted(value);
  }

  /** Means over the answers of each prompt [prompt]. */
  private static double[] values(
      Map<SampleFile.Key, AnswerFigures> answers,
      List<List<SampleFile.Key>> prompts,
      ToDoubleFunction<AnswerFigures> figure) {
    return prompts.stream()
        .mapToDouble(
            keys -> keys.stream().map(answers::get).mapToDouble(figure).average().orElseThrow())
        .toArray();
  }
}
