package dev.panda.orchestrator.cli;

import dev.panda.orchestrator.evaluation.PairedDifference;
import dev.panda.orchestrator.evaluation.Readability;
import dev.panda.orchestrator.evaluation.Repetition;
import dev.panda.orchestrator.pairs.Conversation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares answers to the same prompts by figures that no model gives. */
@Command(
    name = "compare",
    description = {
      "Compares answers that `sample` wrote by figures that no reward model gives: length in words,"
          + " Flesch–Kincaid readability grade, and share of repeated 3-grams of words.",
      "Files are compared with the first one, prompt by prompt, and instruction by instruction"
          + " where a file has several; differences have 95 %% intervals, by"
          + " a bootstrap over prompts. Several answers to a prompt count as one, their mean. Answers"
          + " that a file lacks, or that have no word in one of them, are left out and counted."
    },
    footer = {
      "  deploy/panda sample --prompts prompts.jsonl --output unaligned.jsonl \\",
      "      -m greedy",
      "  deploy/panda sample --prompts prompts.jsonl --output easy.jsonl \\",
      "      -m panda -p comprehensibility",
      "  deploy/panda compare unaligned.jsonl easy.jsonl"
    })
final class CompareCommand implements Callable<Integer> {
  private static final int NGRAM = 3;
  private static final long SEED = 0;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "2..*",
      paramLabel = "FILE",
      description = "Answers; the first file is what the others are compared with.")
  private List<Path> files;

  private record Figures(int words, double grade, double repetition) {}

  @Override
  public Integer call() throws IOException {
    List<Map<SampleFile.Key, Figures>> all = new ArrayList<>();
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
          "no prompt is answered in all of the files", "Compare answers to the same prompts.");
    }
    Map<Conversation, List<SampleFile.Key>> prompts =
        common.stream()
            .collect(
                Collectors.groupingBy(
                    SampleFile.Key::prompt, LinkedHashMap::new, Collectors.toList()));
    print(all, List.copyOf(prompts.values()));
    return 0;
  }

  private static Map<SampleFile.Key, Figures> read(Path file) throws IOException {
    Map<SampleFile.Key, Figures> answers = new LinkedHashMap<>();
    JsonLines.read(
        file,
        line -> {
          String text = line.text("response");
          Readability readability = Readability.of(text);
          OptionalDouble grade = readability.grade();
          if (grade.isPresent()) {
            answers.put(
                SampleFile.key(line),
                new Figures(
                    readability.words(),
                    grade.getAsDouble(),
                    Repetition.of(text).exact(NGRAM).orElse(0) / 100));
          }
        });
    return answers;
  }

  private static boolean hasOneInstruction(Map<SampleFile.Key, Figures> answers) {
    return answers.keySet().stream().map(SampleFile.Key::instruction).distinct().count() <= 1;
  }

  /** So that files that were each drawn with one instruction are compared whatever it was. */
  private static Map<SampleFile.Key, Figures> withoutInstruction(
      Map<SampleFile.Key, Figures> answers) {
    Map<SampleFile.Key, Figures> without = new LinkedHashMap<>();
    answers.forEach(
        (key, figures) -> without.put(new SampleFile.Key(key.prompt(), "", key.sample()), figures));
    return without;
  }

  /**
   * @param prompts the answers of each prompt that are in all files
   */
  private void print(List<Map<SampleFile.Key, Figures>> all, List<List<SampleFile.Key>> prompts) {
    PrintWriter out = spec.commandLine().getOut();
    int nameWidth = 8;
    for (Path file : files) {
      nameWidth = Math.max(nameWidth, file.getFileName().toString().length());
    }
    String row = "%-" + nameWidth + "s  %6s  %-26s  %-26s%n";
    out.printf(row, "answers", "words", "readability grade", "repeated 3-grams");
    for (int i = 0; i < files.size(); i++) {
      out.printf(
          row,
          files.get(i).getFileName(),
          "%.0f".formatted(mean(values(all.get(i), prompts, Figures::words))),
          figure(all, prompts, i, Figures::grade),
          figure(all, prompts, i, Figures::repetition));
    }
    int common = prompts.stream().mapToInt(List::size).sum();
    int most = all.stream().mapToInt(Map::size).max().orElse(0);
    out.printf(
        "%d answers to %d prompts in all files, %d left out%n",
        common, prompts.size(), most - common);
  }

  private static String figure(
      List<Map<SampleFile.Key, Figures>> all,
      List<List<SampleFile.Key>> prompts,
      int i,
      ToDoubleFunction<Figures> figure) {
    double[] values = values(all.get(i), prompts, figure);
    String mean = "%.2f".formatted(mean(values));
    if (i == 0) {
      return mean;
    }
    PairedDifference difference =
        PairedDifference.of(values(all.get(0), prompts, figure), values, SEED);
    return "%s  %+.2f [%+.2f, %+.2f]"
        .formatted(mean, difference.mean(), difference.low(), difference.high());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /** Means of the prompts' answers [prompt]. */
  private static double[] values(
      Map<SampleFile.Key, Figures> answers,
      List<List<SampleFile.Key>> prompts,
      ToDoubleFunction<Figures> figure) {
    return prompts.stream()
        .mapToDouble(
            keys -> keys.stream().map(answers::get).mapToDouble(figure).average().orElseThrow())
        .toArray();
  }
}
