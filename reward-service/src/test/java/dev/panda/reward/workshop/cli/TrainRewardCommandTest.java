package dev.panda.reward.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.Role;
import dev.panda.transformer.reward.TrainingRecord;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainRewardCommandTest {
  @TempDir private Path folder;

  private Path model;
  private Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("tiny");
    TinyCheckpoint.llama(7).vocabSize(TinyTokenizer.SIZE).write(model);
    TinyTokenizer.write(model);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      lines.add(
          "{\"messages\":[{\"role\":\"user\",\"content\":\"Q %d\"}],\"chosen\":\"abc %d\",\"rejected\":\"xyz\"}"
              .formatted(i, i));
    }
    data = Files.write(folder.resolve("pairs.jsonl"), lines);
  }

  @Test
  void writesAModelWithACardThatNamesNoFolderAndEndsWithATable() {
    int exitCode = train("--pooling", "mean,increment", "--layers", "1,2", "--licence", "MIT");

    assertThat(err.toString()).isEmpty();
    assertThat(exitCode).isZero();
    RewardCard card = RewardModelFolder.read(model.resolve("rewards/clarity")).card();
    assertThat(card.backbone()).isEqualTo("tiny");
    assertThat(card.readout().pooling()).isEqualTo(Pooling.MEAN);
    assertThat(card.training().orElseThrow().data().licence()).isEqualTo("MIT");
    assertThat(card.training().orElseThrow().command())
        .startsWith(
            "deploy/panda train-reward --model tiny --preference clarity --data pairs.jsonl")
        .contains("--pooling mean,increment")
        .contains("--layers 1,2")
        .doesNotContain(folder.toString())
        .doesNotContain("--cache");
    assertThat(out.toString())
        .contains("clarity: read after layer ")
        .contains("reward model")
        .contains("bag of words")
        .contains("word count")
        .contains("Caution: 2 prompts are too few")
        .contains("Written to ");
  }

  @Test
  void refusesATokenizerLargerThanTheModel() {
    TinyCheckpoint.llama(7).vocabSize(TinyTokenizer.SIZE - 1).write(model);

    assertThat(train("--layers", "1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("tokenizer with 286 tokens (expected: at most the model's 285, not counting")
        .contains("give the model an embedding for each token");
  }

  @Test
  void refusesALineWithATokenThatTheModelLacks() throws IOException {
    ObjectNode json = TinyTokenizer.json();
    json.withArray("added_tokens")
        .addObject()
        .put("id", TinyTokenizer.SIZE)
        .put("content", "<image>")
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", false);
    Files.writeString(model.resolve("tokenizer.json"), json.toString());
    Files.writeString(data, Files.readString(data).replace("abc 3\"", "abc <image>\""));

    assertThat(train("--layers", "1")).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "pairs.jsonl, line 4: chosen: token 286 (expected: tokens that the model has, 0 to 285)");
  }

  @Test
  void warnsOfARewardModelThatMayBeGuessing() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String pair =
          "{\"messages\":[{\"role\":\"user\",\"content\":\"Q %d\"}],\"chosen\":\"%s\",\"rejected\":\"%s\"}";
      lines.add(i % 2 == 0 ? pair.formatted(i, "abc", "xyz") : pair.formatted(i, "xyz", "abc"));
    }
    Files.write(data, lines);

    assertThat(train("--layers", "1", "--validation-share", "0.5")).isZero();

    assertThat(out.toString()).contains("Caution: the model may be guessing");
  }

  @Test
  void theCardUsesTheRecordOfMakePairsByDefault() throws IOException {
    Files.writeString(
        folder.resolve("pairs.jsonl.record.json"),
        "{\"description\":\"Answer warmly.\",\"origin\":\"12 answers\",\"pairs_file\":{\"sha256\":\"%s\"}}"
            .formatted(Fingerprint.ofFile(data)));

    assertThat(train("--layers", "1")).isZero();
    RewardCard card = RewardModelFolder.readCard(model.resolve("rewards/clarity"));
    assertThat(card.description()).isEqualTo("Answer warmly.");
    assertThat(card.training().orElseThrow().data().origin()).isEqualTo("12 answers");

    assertThat(
            train("--layers", "1", "--overwrite", "--description", "Warm.", "--origin", "people"))
        .isZero();
    card = RewardModelFolder.readCard(model.resolve("rewards/clarity"));
    assertThat(card.description()).isEqualTo("Warm.");
    assertThat(card.training().orElseThrow().data().origin()).isEqualTo("people");
  }

  @Test
  void aJudgeLearnsFromTheOtherPromptsAndReadsElsewhere() {
    int exitCode = train("--judge", "--pooling", "mean", "--layers", "1,2");

    assertThat(err.toString()).isEmpty();
    assertThat(exitCode).isZero();
    RewardCard guide = RewardModelFolder.read(model.resolve("rewards/clarity")).card();
    RewardCard judge = RewardModelFolder.read(model.resolve("rewards/clarity-judge")).card();
    assertThat(judge.preference()).isEqualTo("clarity-judge");
    assertThat(judge.readout().layer()).isNotEqualTo(guide.readout().layer());
    TrainingRecord guideRecord = guide.training().orElseThrow();
    TrainingRecord judgeRecord = judge.training().orElseThrow();
    assertThat(guideRecord.data().prompts() + guideRecord.selection().prompts()).isEqualTo(6);
    assertThat(judgeRecord.data().prompts() + judgeRecord.selection().prompts()).isEqualTo(6);
    TrainingRecord.Counterpart counterpart = guideRecord.counterpart().orElseThrow();
    assertThat(counterpart.preference()).isEqualTo("clarity-judge");
    assertThat(counterpart.role()).isEqualTo(Role.GUIDE);
    assertThat(judgeRecord.counterpart().orElseThrow())
        .isEqualTo(
            new TrainingRecord.Counterpart(
                "clarity",
                Role.JUDGE,
                counterpart.responses(),
                counterpart.correlation(),
                counterpart.rankCorrelation()));
    assertThat(out.toString())
        .contains("Judged by clarity-judge: correlation of rewards ")
        .contains("Judges clarity: correlation of rewards ");
  }

  @Test
  void aJudgeOfTheOnlyLayerReadsAnotherPooling() {
    assertThat(train("--judge", "--pooling", "mean,increment,last", "--layers", "2")).isZero();

    Pooling guide = pooling("clarity");
    assertThat(pooling("clarity-judge")).isNotEqualTo(guide);
    assertThat(pooling("clarity-judge").readsLike(guide)).isFalse();
  }

  private Pooling pooling(String preference) {
    Path rewards = model.resolve("rewards");
    return RewardModelFolder.readCard(rewards.resolve(preference)).readout().pooling();
  }

  @Test
  void aJudgeBesideWeightsOfItsOwnIsAHead() {
    assertThat(
            train(
                "--judge",
                "--method",
                "low-rank",
                "--epochs",
                "1",
                "--layers",
                "1,2",
                "--batch",
                "4"))
        .isZero();

    Path rewards = model.resolve("rewards");
    assertThat(RewardModelFolder.readCard(rewards.resolve("clarity")).hasOwnWeights()).isTrue();
    RewardCard judge = RewardModelFolder.readCard(rewards.resolve("clarity-judge"));
    assertThat(judge.hasOwnWeights()).isFalse();
    assertThat(judge.training().orElseThrow().counterpart().orElseThrow().correlation())
        .isBetween(-1.0, 1.0);
  }

  @ParameterizedTest
  @CsvSource({
    "random,three eighths drawn for each prompt",
    "every,every eighth",
    "quarters,'75, 50 and 25 percent'"
  })
  void learnsFromTheRequestedBeginnings(String cuts, String words) {
    assertThat(train("--cuts", cuts, "--layers", "1")).isZero();

    assertThat(
            RewardModelFolder.readCard(model.resolve("rewards/clarity"))
                .training()
                .orElseThrow()
                .method())
        .endsWith(words);
  }

  @Test
  void aJudgeNeedsAnotherReadout() {
    int exitCode = train("--judge", "--pooling", "mean,increment", "--layers", "2");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "readouts: only layer 2, mean (expected: another layer or pooling for the judge)");
    assertThat(model.resolve("rewards/clarity")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"low-rank,adapter_model.safetensors", "full,model.safetensors"})
  void writesWeightsOfItsOwnBesideTheHead(String method, String file) throws IOException {
    String[] options = {"--method", method, "--layers", "1", "--epochs", "2", "--batch", "4"};

    int exitCode = train(options);

    assertThat(err.toString()).startsWith("Trained for ");
    assertThat(exitCode).isZero();
    Path written = model.resolve("rewards/clarity");
    RewardCard card = RewardModelFolder.read(written).card();
    assertThat(card.method().orElseThrow()).hasToString(method);
    assertThat(written.resolve(file)).isRegularFile();
    assertThat(model.resolve("rewards")).isDirectoryNotContaining("glob:**.training");
    assertThat(card.training().orElseThrow().command()).contains("--method " + method);
    assertThat(out.toString())
        .contains("weights in ")
        .contains("  kept")
        .contains(" --preference clarity");

    byte[] before = Files.readAllBytes(written.resolve(file));
    assertThat(train(options)).isEqualTo(2);
    String[] again = Arrays.copyOf(options, options.length + 1);
    again[options.length] = "--overwrite";
    assertThat(train(again)).isZero();
    assertThat(written.resolve(file)).hasBinaryContent(before);
  }

  @Test
  void keepsAnExistingModelUnlessToldToReplaceIt() throws IOException {
    assertThat(train("--layers", "1")).isZero();
    assertThat(pooling("clarity")).isEqualTo(Pooling.INCREMENT);
    byte[] before = Files.readAllBytes(model.resolve("rewards/clarity/reward.json"));

    assertThat(train("--layers", "2")).isEqualTo(2);

    assertThat(err.toString())
        .contains("contains a reward model (expected: another folder, or --overwrite)");
    assertThat(Files.readAllBytes(model.resolve("rewards/clarity/reward.json"))).isEqualTo(before);
    assertThat(train("--layers", "2", "--overwrite")).isZero();
  }

  @Test
  void refusesAFolderWithOtherFiles() throws IOException {
    Path notes = Files.createDirectories(folder.resolve("notes"));
    Files.writeString(notes.resolve("diary.txt"), "kept");

    assertThat(train("--layers", "1", "--output", notes.toString(), "--overwrite")).isEqualTo(2);

    assertThat(err.toString())
        .contains("--output: " + notes + " contains other files (expected: a new or empty folder)");
    assertThat(notes.resolve("diary.txt")).hasContent("kept");
  }

  @Test
  void doesNotHideARewardModelOfAnotherFolder() {
    Path shipped = folder.resolve("deploy/models/tiny/rewards/clarity");
    assertThat(train("--layers", "1", "--output", shipped.toString())).isZero();
    System.setProperty("panda.root", folder.toString());
    try {
      assertThat(train("--layers", "1")).isEqualTo(2);
    } finally {
      System.clearProperty("panda.root");
    }

    assertThat(err.toString())
        .contains("preference: clarity is the reward model in " + shipped)
        .contains("(expected: another name, or --output)");
    assertThat(model.resolve("rewards/clarity")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --validation-share | 1       | --validation-share: 1.0 (expected: above 0, below 1)
          --clipped-share    | -0.1    | --clipped-share: -0.1 (expected:
          --penalties        | 0       | --penalties: [0.0] (expected: above 0)
          --max-pairs        | 1       | --max-pairs: 1 (expected: at least 2)
          --layers           | 3       | layers: 3 (expected: 1 to 2
          --numerics         | float8  | numerics: float8 (expected:
          --pooling          | median  | median (expected: last, mean, increment)
          --preference       | A/b     | preference: A/b (expected:
          --seed             | x       | --seed
          --colour           | red     | --colour
          --method           | lora    | lora (expected: head, low-rank, full)
          --targets          | q,z     | z (expected: q, k, v, o, gate, up, down)
          --rank             | 0       | --rank: 0 (expected: at least 1)
          --batch            | 0       | --batch: 0 (expected: at least 1)
          --rank             | 8       | --rank: set (expected: with --method low-rank)
          --epochs           | 2       | --epochs: set (expected: with --method low-rank or full)
          --learning-rate    | 2       | --learning-rate: 2.0 (expected: above 0, below 1)
          --warm-up          | 1       | --warm-up: 1.0 (expected: 0 to below 1)
          """)
  void reportsWrongUsage(String option, String value, String message) {
    List<String> arguments = new ArrayList<>(List.of(option, value));

    assertThat(run(arguments, !option.equals("--preference"))).isEqualTo(2);

    assertThat(err.toString()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void failsWithFileLineAndRemedy() throws IOException {
    Files.writeString(data, Files.readString(data) + "{\"chosen\":\"b\"}\n");

    assertThat(train()).isEqualTo(1);

    assertThat(err.toString()).contains("pairs.jsonl, line 13: messages: missing");
    assertThat(err.toString().strip().lines())
        .hasSize(2)
        .last()
        .asString()
        .contains("--skip-invalid");
    assertThat(train("--skip-invalid")).isZero();
    assertThat(err.toString()).contains("1 lines skipped");
  }

  @Test
  void halfACharacterIsTheFaultOfItsLineAlone() throws IOException {
    Files.writeString(
        data,
        "\uFEFF"
            + Files.readString(data)
            + """
              {"messages":[{"role":"user","content":"What is a smile?"}],"chosen":"A face \\ud83d","rejected":"No."}
              """);

    assertThat(train()).isEqualTo(1);
    assertThat(err.toString())
        .contains("pairs.jsonl, line 13: chosen: half a character, \\ud83d, at 7 (expected:");
    assertThat(train("--skip-invalid")).isZero();
    assertThat(err.toString()).contains("1 lines skipped");
    RewardCard card = RewardModelFolder.read(model.resolve("rewards/clarity")).card();
    assertThat(card.training().orElseThrow().data().pairs()).isLessThanOrEqualTo(12);
    assertThat(card.training().orElseThrow().data().skippedLines()).isOne();
  }

  @Test
  void failsIfTheModelIsNotFound() {
    int exitCode =
        RewardCommands.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute("train-reward", "-m", "nowhere", "-p", "a", "-d", data.toString());

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString()).contains("model: nowhere (expected: ");
  }

  @Test
  void helpTeachesByExamples() {
    int exitCode =
        RewardCommands.commandLine()
            .setOut(new PrintWriter(out, true))
            .execute("train-reward", "--help");

    assertThat(exitCode).isZero();
    assertThat(out.toString()).contains("Examples:").contains("panda train-reward -m smollm2");
  }

  private int train(String... options) {
    return run(List.of(options), true);
  }

  private int run(List<String> options, boolean preference) {
    List<String> arguments = new ArrayList<>(List.of("train-reward", "-m", model.toString()));
    if (preference) {
      arguments.addAll(List.of("-p", "clarity"));
    }
    arguments.addAll(
        List.of(
            "-d",
            data.toString(),
            "--cache",
            folder.resolve("cache").toString(),
            "--threads",
            "1"));
    arguments.addAll(options);
    return RewardCommands.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
