package dev.panda.orchestrator.workshop.pairs;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.answers.AnswerDrawing;
import dev.panda.orchestrator.workshop.answers.AnswerFile;
import dev.panda.orchestrator.workshop.answers.Conversations;
import dev.panda.orchestrator.workshop.answers.JsonLines;
import dev.panda.orchestrator.workshop.answers.SampleFile;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.ask.Endpoint;
import dev.panda.orchestrator.workshop.ask.GenerationOptions;
import dev.panda.orchestrator.workshop.ask.RewardServices;
import dev.panda.orchestrator.workshop.ask.SamplingOptions;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import dev.panda.orchestrator.workshop.pairs.rules.InstructionRanking;
import dev.panda.orchestrator.workshop.pairs.rules.JudgeOptions;
import dev.panda.orchestrator.workshop.pairs.rules.Ranking;
import dev.panda.orchestrator.workshop.pairs.rules.RuleOptions;
import dev.panda.transformer.checkpoint.Sha256;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes preference pairs from the model's own answers. */
@Command(
    name = "make-pairs",
    description = {
      "Makes preference pairs for `train-reward` from a sentence or a rule.",
      "The served model draws several answers to each prompt (--prompts), or the answers are there"
          + " already (--answers). A rule says which of two answers is chosen. Pairs that nearly tie"
          + " or differ in length are left out. With --wanted and --unwanted, these sentences follow"
          + " the prompt when answers are drawn; if you name no rule, answers drawn with the wanted"
          + " sentence are chosen. The pairs hold the prompt without the sentence.",
      "Pairs are JSON Lines with `messages`, `chosen` and `rejected`, and the scores of both. Files"
          + " beside them, with longer names, say how they were made (`.record.json`) and hold the"
          + " answers (`.answers.jsonl`) and judgements (`.judgements.jsonl`). After an interruption,"
          + " run the same command again to resume."
    },
    footer = {
      "From a sentence to answers that follow it:",
      "  deploy/panda up --model smollm2",
      "  deploy/panda make-pairs --prompts deploy/models/everyday/questions.jsonl \\",
      "      --wanted \"Answer in a warm, encouraging tone.\" \\",
      "      --unwanted \"Answer in a cold, matter-of-fact tone.\" \\",
      "      -n 90 --output warm.jsonl",
      "  deploy/panda down",
      "  deploy/panda train-reward -m smollm2 -p warm -d warm.jsonl",
      "  deploy/panda up --model smollm2",
      "  deploy/panda generate \"How do I learn to swim?\" -p warm",
      "",
      "By a rule, from answers that `sample` drew:",
      "  deploy/panda make-pairs --answers answers.jsonl --easier \\",
      "      --output easier.jsonl",
      "",
      "By a language model's judgement:",
      "  deploy/panda make-pairs --answers answers.jsonl \\",
      "      --judge \"warm and encouraging\" --judge-model qwen3 \\",
      "      --judge-url http://127.0.0.1:8000/v1 --output warm.jsonl"
    })
public final class MakePairsCommand implements Callable<Integer> {
  /** The model's name in the settings of a file of answers. */
  private static final Pattern MODEL = Pattern.compile("(?m)^model: (.+)$");

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The file for the pairs; it must not exist.")
  private Path output;

  @ArgGroup(heading = "%n@|bold Which of two answers is chosen|@ (one of these):%n")
  private RuleOptions rule;

  @Option(
      names = "--wanted",
      paramLabel = "TEXT",
      description =
          "Sentence that follows the prompt for half of the answers. These are chosen if you name"
              + " no rule.")
  private String wanted;

  @Option(
      names = "--unwanted",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "Sentence for the other half (default: no sentence).")
  private String unwanted;

  @Mixin private JudgeOptions judge;

  @Option(
      names = "--judge-concurrency",
      defaultValue = "4",
      paramLabel = "N",
      description =
          "With --judge and --reward: questions asked at once (default: ${DEFAULT-VALUE}).")
  private int judgeConcurrency;

  @Option(
      names = "--samples",
      defaultValue = "8",
      paramLabel = "N",
      description =
          "With --prompts: answers to each prompt; with --wanted, to each prompt with each sentence"
              + " (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--concurrency",
      defaultValue = "4",
      paramLabel = "N",
      description = "With --prompts: answers that are drawn at once (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Mixin private SamplingOptions sampling;

  @Mixin private PairOptions pairOptions;
  @Mixin private Endpoint endpoint;
  @Mixin private RewardServices services;

  /** Where the answers come from. */
  static final class Source {
    @Option(
        names = "--prompts",
        required = true,
        paramLabel = "FILE",
        description = "Prompts to draw answers to; the file may be gzipped.")
    private Path prompts;

    @Option(
        names = "--answers",
        required = true,
        paramLabel = "FILE",
        description = "A file that `sample` wrote; it may be gzipped. Repeat it for several.")
    private List<Path> answers;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (Files.exists(output)) {
      throw new CommandFailure(
          output + ": exists", "Name another --output, or move that file away.");
    }
    requireSense();
    Files.createDirectories(output.toAbsolutePath().getParent());
    try (Ranking ranking = ranking()) {
      pairOptions.requireSense(spec, ranking);
      make(ranking);
    }
    return 0;
  }

  private void requireSense() {
    OptionCheck.atLeastOne(spec, "--samples", samples);
    OptionCheck.atLeastOne(spec, "--concurrency", concurrency);
    OptionCheck.atLeastOne(spec, "--judge-concurrency", judgeConcurrency);
    OptionCheck.require(
        spec,
        rule != null || wanted != null,
        "no rule was given (expected: --wanted, --easier or another rule)");
    OptionCheck.require(
        spec,
        wanted == null || !wanted.strip().equals(unwanted.strip()),
        "--unwanted: " + unwanted + " (expected: another sentence than --wanted)");
    OptionCheck.require(
        spec,
        wanted != null || unwanted.isBlank(),
        "--unwanted: set (expected: unset without --wanted)");
    OptionCheck.require(
        spec,
        rule == null || !rule.asksJudge() || judge.model() != null,
        "--judge-model: unset (expected: the judging model's name)");
    OptionCheck.require(
        spec,
        rule == null || wanted == null || source.prompts != null,
        "--wanted: "
            + wanted
            + " (expected: unset with a rule for --answers, which are drawn already)");
    pairOptions.requireSense(spec);
    requireHeeded();
  }

  private void requireHeeded() {
    boolean judges = rule != null && rule.asksJudge();
    boolean rewards = rule != null && rule.asksRewardService();
    OptionCheck.requireHeeded(
        spec,
        source.prompts != null,
        "--prompts",
        "--samples",
        "--concurrency",
        "-k",
        "--max-tokens",
        "--stop",
        "--temperature",
        "--top-p",
        "--endpoint",
        "--deadline");
    OptionCheck.requireHeeded(spec, judges, "--judge", "--judge-model", "--judge-url");
    OptionCheck.requireHeeded(
        spec, judges || rewards, "--judge or --reward", "--judge-concurrency");
    OptionCheck.requireHeeded(
        spec, rewards, "--reward", "--reward-endpoint", "--base-model-endpoint");
  }

  private Ranking ranking() throws IOException {
    return rule == null
        ? new InstructionRanking(wanted.strip(), unwanted.strip())
        : rule.ranking(judge, services, beside(".judgements.jsonl"));
  }

  private Path beside(String suffix) {
    return output.resolveSibling(output.getFileName() + suffix);
  }

  private void make(Ranking ranking) throws IOException, InterruptedException {
    List<Path> files = source.answers == null ? List.of(beside(".answers.jsonl")) : source.answers;
    Map<Conversation, List<Answer>> answers =
        source.answers == null ? draw(files.get(0)) : AnswerFile.read(files, line -> true);
    PairMaker maker = pairOptions.maker(ranking, sampling.seed() == null ? 0 : sampling.seed());
    AnswerScoring scoring =
        AnswerScoring.of(answers, pairOptions.filter(), ranking, judgeConcurrency);
    MadePairs pairs = MadePairs.of(scoring, maker);
    if (pairs.all().isEmpty()) {
      throw new CommandFailure("no pair: " + pairs.losses(), pairs.advice());
    }
    ObjectNode record = record(answers, files, ranking);
    pairOptions.addTo(record, maker);
    record.setAll(pairs.figures());
    record.put("origin", origin(record));
    write(pairs, record);
    spec.commandLine().getOut().println(pairs.summary(ranking.rule().unit()));
  }

  /** Draws answers, and reads only the answers of this command. */
  private Map<Conversation, List<Answer>> draw(Path file) throws IOException, InterruptedException {
    Set<Conversation> prompts = Conversations.readPrompts(source.prompts);
    AnswerDrawing drawing =
        new AnswerDrawing(
            endpoint,
            new GenerationOptions(sampling),
            wanted == null ? List.of("") : List.of(wanted, unwanted),
            samples,
            concurrency);
    drawing.draw(prompts, file, spec.commandLine().getErr());
    return AnswerFile.read(
        List.of(file),
        line -> {
          SampleFile.Key key = SampleFile.key(line);
          return prompts.contains(key.prompt()) && drawing.draws(key);
        });
  }

  /** Writes the pairs and their record completely, or not at all. */
  private void write(MadePairs pairs, ObjectNode record) throws IOException {
    Path unfinished = beside(".unfinished");
    Path unfinishedRecord = beside(".record.json.unfinished");
    try {
      writeLines(pairs, unfinished);
      record
          .putObject("pairs_file")
          .put("name", output.getFileName().toString())
          .put("sha256", Sha256.of(unfinished));
      Files.writeString(
          unfinishedRecord,
          JsonLines.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(record) + "\n");
      Files.move(unfinishedRecord, beside(".record.json"), StandardCopyOption.REPLACE_EXISTING);
      Files.move(unfinished, output);
    } finally {
      Files.deleteIfExists(unfinished);
      Files.deleteIfExists(unfinishedRecord);
    }
  }

  private static void writeLines(MadePairs pairs, Path file) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (var entry : pairs.byPrompt().entrySet()) {
        for (Pair pair : entry.getValue().pairs()) {
          ObjectNode line = JsonNodeFactory.instance.objectNode();
          line.set("messages", entry.getKey().toJson());
          line.put("chosen", pair.chosen().text());
          line.put("rejected", pair.rejected().text());
          line.put("chosen_score", pair.chosen().score());
          line.put("rejected_score", pair.rejected().score());
          writer.write(JsonLines.MAPPER.writeValueAsString(line));
          writer.write('\n');
        }
      }
    }
  }

  /** Says what chosen answers have more of. */
  private String description(Ranking ranking) {
    if (rule == null) {
      return wanted.strip();
    }
    return rule.asksJudge() ? rule.criterion() : "Of two answers: " + ranking.rule().words() + ".";
  }

  /** Says how the pairs were made, for a reward model's card. */
  private String origin(ObjectNode record) {
    String models =
        record.findValuesAsText("sampling").stream()
            .flatMap(settings -> MODEL.matcher(settings).results())
            .map(model -> " of " + model.group(1))
            .distinct()
            .collect(joining(","));
    String sentences =
        wanted == null
            ? ""
            : " (wanted: \"%s\", unwanted: \"%s\")".formatted(wanted.strip(), unwanted.strip());
    return "make-pairs from %d answers%s to %d prompts%s: %s"
        .formatted(
            record.path("answers").asInt(),
            models,
            record.path("prompts").asInt(),
            sentences,
            record.path("rule").asText());
  }

  private ObjectNode record(
      Map<Conversation, List<Answer>> answers, List<Path> files, Ranking ranking)
      throws IOException {
    ObjectNode record =
        JsonNodeFactory.instance
            .objectNode()
            .put("description", description(ranking))
            .put("rule", ranking.rule().words())
            .put("unit", ranking.rule().unit());
    if (rule != null && rule.asksJudge()) {
      record.set("judge", judge.record(rule.criterion()));
    }
    if (source.prompts != null) {
      record.set("prompts_file", AnswerFile.record(source.prompts));
    }
    for (Path file : files) {
      record.withArray("answers_files").add(AnswerFile.record(file));
    }
    answers.values().stream()
        .flatMap(List::stream)
        .map(Answer::instruction)
        .distinct()
        .sorted()
        .forEach(record.putArray("instructions")::add);
    if (wanted != null) {
      record.put("wanted", wanted.strip()).put("unwanted", unwanted.strip());
    }
    return record;
  }
}
