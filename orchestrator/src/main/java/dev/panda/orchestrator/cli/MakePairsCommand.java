package dev.panda.orchestrator.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes preference pairs from drawn answers. */
@Command(
    name = "make-pairs",
    description = {
      "Makes preference pairs from the answers that `sample` drew, for `train-reward`.",
      "Answers to the same prompt are ranked by the Flesch–Kincaid readability grade; pairs that"
          + " nearly tie or differ in length are left out. Pairs are JSON Lines with `messages`,"
          + " `chosen` and `rejected`; beside them, under the name with `.record.json`, stands how"
          + " they were made."
    },
    footer = {
      "  deploy/panda make-pairs --answers answers.jsonl --output easier.jsonl \\",
      "      --easier",
      "  deploy/panda make-pairs --answers answers.jsonl --output harder.jsonl \\",
      "      --preference specialization --max-pairs 40"
    })
final class MakePairsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--answers",
      required = true,
      paramLabel = "FILE",
      description = "What `sample` wrote; may be gzipped.")
  private Path answers;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Where the pairs go; must not exist.")
  private Path output;

  @ArgGroup(multiplicity = "1")
  private Direction direction;

  @Option(
      names = "--min-gap",
      defaultValue = "2",
      paramLabel = "GRADES",
      description = "Least difference in grade (default: ${DEFAULT-VALUE}).")
  private double minGap;

  @Option(
      names = "--length-tolerance",
      defaultValue = "0.1",
      paramLabel = "SHARE",
      description =
          "Largest difference in characters, as a share of the longer one (default:"
              + " ${DEFAULT-VALUE}).")
  private double lengthTolerance;

  @Option(
      names = "--max-repetition",
      defaultValue = "15",
      paramLabel = "PERCENT",
      description = "Leave out answers with more repeated 3-grams (default: ${DEFAULT-VALUE}).")
  private double maxRepetition;

  @Option(
      names = "--min-words",
      defaultValue = "12",
      paramLabel = "N",
      description = "Leave out shorter answers (default: ${DEFAULT-VALUE}).")
  private int minWords;

  @Option(
      names = "--max-uses",
      defaultValue = "4",
      paramLabel = "N",
      description = "Most pairs that one answer is in (default: ${DEFAULT-VALUE}).")
  private int maxUses;

  @Option(
      names = "--max-pairs",
      defaultValue = "20",
      paramLabel = "N",
      description = "Most pairs of a prompt (default: ${DEFAULT-VALUE}).")
  private int maxPairs;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed of the draw among pairs (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** Which answer is chosen. */
  static final class Direction {
    @Option(names = "--easier", required = true, description = "The easier answer is chosen.")
    private boolean easier;

    @Option(names = "--harder", required = true, description = "The harder answer is chosen.")
    private boolean harder;

    @Option(
        names = "--preference",
        required = true,
        description =
            "A preference that readability stands for: ${COMPLETION-CANDIDATES} (easier, harder).")
    private Preference preference;

    enum Preference {
      comprehensibility,
      specialization
    }

    boolean isEasier() {
      return !harder && (easier || preference == Preference.comprehensibility);
    }
  }

  @Override
  public Integer call() throws IOException {
    if (Files.exists(output)) {
      throw new CommandFailure(
          output + ": exists", "Name another --output, or move that file away.");
    }
    PairMaker maker =
        new PairMaker(
            direction.isEasier(),
            minGap,
            lengthTolerance,
            maxRepetition,
            minWords,
            maxUses,
            maxPairs);
    Map<Conversation, List<String>> byPrompt = new LinkedHashMap<>();
    JsonLines.read(
        answers,
        line ->
            byPrompt
                .computeIfAbsent(Conversation.of(line), prompt -> new ArrayList<>())
                .add(line.text("response")));
    Map<Conversation, List<PairMaker.Pair>> made = make(maker, byPrompt);
    List<PairMaker.Pair> pairs = made.values().stream().flatMap(List::stream).toList();
    if (pairs.isEmpty()) {
      throw new CommandFailure(
          answers + ": no pair among its answers",
          "Draw more answers to each prompt (`deploy/panda sample --samples 25`), or lower --min-gap.");
    }
    write(made);
    ObjectNode record = record(byPrompt, made, pairs);
    Files.writeString(
        output.resolveSibling(output.getFileName() + ".record.json"),
        JsonLines.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(record) + "\n");
    spec.commandLine()
        .getOut()
        .printf(
            "%d pairs of %d prompts; mean grade %.1f chosen, %.1f rejected.%n",
            pairs.size(),
            record.path("prompts_with_pairs").asInt(),
            record.path("mean_grade_chosen").asDouble(),
            record.path("mean_grade_rejected").asDouble());
    return 0;
  }

  private Map<Conversation, List<PairMaker.Pair>> make(
      PairMaker maker, Map<Conversation, List<String>> byPrompt) {
    Random random = new Random(seed);
    Map<Conversation, List<PairMaker.Pair>> made = new LinkedHashMap<>();
    byPrompt.forEach((prompt, texts) -> made.put(prompt, maker.pairs(maker.grade(texts), random)));
    return made;
  }

  private void write(Map<Conversation, List<PairMaker.Pair>> made) throws IOException {
    Files.createDirectories(output.toAbsolutePath().getParent());
    try (BufferedWriter writer = Files.newBufferedWriter(output)) {
      for (var entry : made.entrySet()) {
        for (PairMaker.Pair pair : entry.getValue()) {
          ObjectNode line = JsonNodeFactory.instance.objectNode();
          line.set("messages", entry.getKey().toJson());
          line.put("chosen", pair.chosen().text());
          line.put("rejected", pair.rejected().text());
          writer.write(JsonLines.MAPPER.writeValueAsString(line));
          writer.write('\n');
        }
      }
    }
  }

  private ObjectNode record(
      Map<Conversation, List<String>> byPrompt,
      Map<Conversation, List<PairMaker.Pair>> made,
      List<PairMaker.Pair> pairs)
      throws IOException {
    return JsonNodeFactory.instance
        .objectNode()
        .put(
            "rule",
            "Flesch-Kincaid grade, " + (direction.isEasier() ? "easier" : "harder") + " chosen")
        .put("answers_file", answers.getFileName().toString())
        .put("answers_sha256", Sha256.of(answers))
        .put("answers", byPrompt.values().stream().mapToInt(List::size).sum())
        .put("prompts", byPrompt.size())
        .put("prompts_with_pairs", made.values().stream().filter(list -> !list.isEmpty()).count())
        .put("pairs", pairs.size())
        .put("seed", seed)
        .put("min_gap", minGap)
        .put("length_tolerance", lengthTolerance)
        .put("max_repetition", maxRepetition)
        .put("min_words", minWords)
        .put("max_uses", maxUses)
        .put("max_pairs", maxPairs)
        .put("mean_grade_chosen", mean(pairs, pair -> pair.chosen().grade()))
        .put("mean_grade_rejected", mean(pairs, pair -> pair.rejected().grade()))
        .put("mean_characters_chosen", mean(pairs, pair -> pair.chosen().text().length()))
        .put("mean_characters_rejected", mean(pairs, pair -> pair.rejected().text().length()))
        .put("share_chosen_has_more_words", mean(pairs, pair -> pair.chosenHasMoreWords() ? 1 : 0));
  }

  private static double mean(List<PairMaker.Pair> pairs, ToDoubleFunction<PairMaker.Pair> figure) {
    return pairs.stream().mapToDouble(figure).average().orElseThrow();
  }
}
