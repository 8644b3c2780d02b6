package dev.panda.reward.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.reward.serving.model.RewardOptions;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.scoring.Scoring;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.testing.PlainRewards;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreCommandTest {
  private static final JsonMapper JSON = new JsonMapper();

  /** Both sides use float32 but add in different order; rewards are about 1. */
  private static final double TOLERANCE = 2e-4;

  @TempDir private static Path model;
  @TempDir private Path folder;

  private Path data;
  private Path output;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void writeModel() {
    TinyRewards.write(model);
  }

  @BeforeEach
  void name() {
    data = folder.resolve("answers.jsonl");
    output = folder.resolve("scored.jsonl");
  }

  @Test
  void addsTheRewardsOfPlainLoopsToEachResponseAndKeepsTheRest() throws IOException {
    Files.writeString(
        data,
        """
        {"messages":[{"role":"user","content":"Why?"}],"response":"so it is","sample":3,"rewards":1}

        {"messages":[{"role":"user","content":"How?"}],"chosen":"abc","rejected":"not so"}
        """);

    assertThat(score()).isZero();

    assertThat(err.toString()).isEmpty();
    List<JsonNode> lines = read(output);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).path("sample").asInt()).isEqualTo(3);
    assertThat(lines.get(0).path("response").asText()).isEqualTo("so it is");
    assertThat(lines.get(0).path("messages").path(0).path("content").asText()).isEqualTo("Why?");
    assertRewards(lines.get(0).path("rewards"), "Why?", "so it is", true);
    assertRewards(lines.get(1).path("chosen_rewards"), "How?", "abc", true);
    assertRewards(lines.get(1).path("rejected_rewards"), "How?", "not so", true);
    assertThat(lines.get(1).has("rewards")).isFalse();
    assertThat(out.toString()).contains("Scored 2 lines, written to " + output);
  }

  @Test
  void addsAnEndTokenOnlyToFinishedResponses() throws IOException {
    Files.write(
        data,
        List.of(
            line("so it is", "end_token"),
            line("so it is", "length"),
            line("so", "stop_string"),
            line("so it is", "stop")));

    assertThat(score()).isZero();

    List<JsonNode> lines = read(output);
    assertRewards(lines.get(0).path("rewards"), "Why?", "so it is", true);
    assertRewards(lines.get(1).path("rewards"), "Why?", "so it is", false);
    assertRewards(lines.get(2).path("rewards"), "Why?", "so", false);
    assertRewards(lines.get(3).path("rewards"), "Why?", "so it is", true);
    assertThat(raw(lines.get(0), "last"))
        .isNotCloseTo(raw(lines.get(1), "last"), within(TOLERANCE));
  }

  @Test
  void scoresWithThePreferencesThatAreNamed() throws IOException {
    Files.write(data, List.of(line("so it is", "length")));
    String path = model.resolve("rewards/last").toString();

    assertThat(run("-m", model.toString(), "-p", "mean", "-p", path)).isZero();

    assertThat(read(output).get(0).path("rewards").fieldNames())
        .toIterable()
        .containsExactly("last", "mean");
  }

  @Test
  void scoresWithAdaptersTogetherWithHeads() throws IOException {
    Files.write(data, List.of(line("so it is", "length")));
    RewardModel mean = TinyRewards.model(model, "mean");
    Path same = folder.resolve("same");
    Path other = folder.resolve("other");
    TinyRewards.writeAdapted(same, mean, 0);
    TinyRewards.writeAdapted(other, mean, 0.2f);

    assertThat(run("-m", model.toString(), "-p", same + ",mean," + other)).isZero();

    JsonNode scored = read(output).get(0);
    assertThat(scored.path("rewards").fieldNames())
        .toIterable()
        .containsExactly("mean", "same", "other");
    assertThat(raw(scored, "same")).isCloseTo(raw(scored, "mean"), within(TOLERANCE));
    assertThat(raw(scored, "other")).isNotCloseTo(raw(scored, "mean"), within(0.01));
  }

  @Test
  void readsGzippedResponses() throws IOException {
    data = folder.resolve("answers.jsonl.gz");
    try (OutputStream gzipped = new GZIPOutputStream(Files.newOutputStream(data))) {
      gzipped.write(line("so it is", "length").getBytes(StandardCharsets.UTF_8));
    }

    assertThat(score()).isZero();

    assertRewards(read(output).get(0).path("rewards"), "Why?", "so it is", false);
  }

  @Test
  void resumesAfterAnInterruption() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      lines.add(line("so it is " + "x".repeat(i), "length"));
    }
    Files.write(data, lines);
    assertThat(score()).isZero();
    List<JsonNode> uninterrupted = read(output);
    Files.delete(output);

    assertThatThrownBy(() -> scoring(new Interruption(2), TinyRewards.PREFERENCES).run())
        .isInstanceOf(IllegalStateException.class);
    assertThat(output).doesNotExist();

    assertThat(score()).isZero();
    assertThat(err.toString()).contains("2 of 6 lines were scored before.");
    List<JsonNode> resumed = read(output);
    assertThat(resumed).hasSize(6);
    for (int i = 0; i < 6; i++) {
      assertThat(resumed.get(i).path("response")).isEqualTo(uninterrupted.get(i).path("response"));
      assertThat(raw(resumed.get(i), "mean"))
          .isCloseTo(raw(uninterrupted.get(i), "mean"), within(TOLERANCE));
    }
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("answers.jsonl", "scored.jsonl");
  }

  @Test
  void startsAgainIfARewardModelHasOtherWeights() throws IOException {
    Files.write(data, List.of(line("a", "stop"), line("b", "stop"), line("c", "stop")));
    Path adapted = folder.resolve("adapted");
    TinyRewards.writeAdapted(adapted, TinyRewards.model(model, "mean"), 0.2f);
    assertThatThrownBy(
            () -> scoring(new Interruption(2), List.of("mean", adapted.toString())).run())
        .isInstanceOf(IllegalStateException.class);
    TinyRewards.writeAdapted(adapted, TinyRewards.model(model, "mean"), 0.3f);

    assertThat(run("-m", model.toString(), "-p", "mean," + adapted)).isZero();

    assertThat(err.toString()).doesNotContain("scored already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"messages":[{"role":"user","content":"a"}],"response":" "}             | response: empty (expected
          {"messages":[{"role":"user","content":"a"}]}                            | response: missing
          {"messages":[{"role":"user","content":"a"}],"chosen":"b"}               | rejected: missing
          {"messages":[],"response":"b"}                                          | messages: empty
          {"messages":[{"role":"user","content":"a"}],"response":"b"              | not JSON
          ["response"]                                                            | ARRAY (expected: an object
          """)
  void refusesABadLineByFileAndLineOrSkipsIt(String bad, String message) throws IOException {
    Files.write(data, List.of(line("good", "length"), bad, line("better", "length")));

    assertThat(score()).isEqualTo(1);

    assertThat(err.toString())
        .contains("answers.jsonl, line 2: " + message)
        .doesNotContain("\tat ");
    assertThat(err.toString().strip().lines()).hasSize(2);
    assertThat(output).doesNotExist();

    assertThat(score("--skip-invalid")).isZero();
    assertThat(err.toString()).contains("1 lines skipped");
    assertThat(read(output))
        .extracting(line -> line.path("response").asText())
        .containsExactly("good", "better");
  }

  @Test
  void refusesAResponseBeyondTheContext() throws IOException {
    Files.write(data, List.of(line("so ".repeat(TinyRewards.CONTEXT), "length")));

    assertThat(score()).isEqualTo(1);

    assertThat(err.toString())
        .contains("answers.jsonl, line 1: response: ")
        .contains(" tokens including its prompt (expected: at most " + TinyRewards.CONTEXT + ")");
  }

  @Test
  void saysWhichRewardIsNotFinite() throws IOException {
    TinyRewards.writeBell(model);
    Files.write(data, List.of(line("\\u0007 so it is", "length")));

    assertThat(run("-m", model.toString(), "-p", TinyRewards.OVERFLOWING)).isEqualTo(1);

    assertThat(err.toString())
        .contains("preference overflowing, step 0: reward: ")
        .contains("--numerics float32");
    assertThat(output).doesNotExist();
  }

  @Test
  void keepsAnExistingFileUnlessToldToReplaceIt() throws IOException {
    Files.write(data, List.of(line("so it is", "length")));
    Files.writeString(output, "mine");

    assertThat(score()).isEqualTo(2);

    assertThat(err.toString()).contains("exists (expected: another file, or --overwrite)");
    assertThat(output).hasContent("mine");
    assertThat(score("--overwrite")).isZero();
    assertThat(read(output)).hasSize(1);
  }

  @Test
  void refusesANameThatPromisesGzip() throws IOException {
    Files.write(data, List.of(line("so it is", "length")));
    output = folder.resolve("scored.jsonl.gz");

    assertThat(score()).isEqualTo(2);

    assertThat(err.toString()).contains("scored.jsonl.gz (expected: a name without .gz");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --threads    | 0       | 2 | --threads: 0 (expected: at least 1)
          --numerics   | float8  | 2 | numerics: float8 (expected:
          --preference | nowhere | 1 | preference: nowhere (expected:
          """)
  void refusesOptionsThatDoNotFit(String option, String value, int exitCode, String message)
      throws IOException {
    Files.write(data, List.of(line("so it is", "length")));

    assertThat(run("-m", model.toString(), option, value)).isEqualTo(exitCode);

    assertThat(err.toString()).contains(message).doesNotContain("\tat ");
  }

  private static String line(String response, String finishReason) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}],\"response\":\"%s\",\"finish_reason\":\"%s\"}"
        .formatted(response, finishReason);
  }

  private static double raw(JsonNode line, String preference) {
    return line.path("rewards").path(preference).path("raw").asDouble();
  }

  private static void assertRewards(
      JsonNode rewards, String question, String response, boolean ended) {
    assertThat(rewards.size()).isEqualTo(TinyRewards.PREFERENCES.size());
    try (Checkpoint checkpoint = Checkpoints.open(model);
        TextEncoder texts = TextEncoder.open(checkpoint);
        PlainRewards plain = new PlainRewards(model)) {
      int[] prompt = texts.prompt(List.of(new ChatMessage("user", question)));
      int[] body = texts.response("response", response);
      int[] tokens = Arrays.copyOf(body, body.length + (ended ? 1 : 0));
      if (ended) {
        tokens[body.length] = texts.endToken();
      }
      for (String preference : TinyRewards.PREFERENCES) {
        RewardModel head = TinyRewards.model(model, preference);
        double terms = Arrays.stream(plain.terms(head, prompt, tokens)).average().orElseThrow();
        double raw = preference.startsWith("last") ? plain.raw(head, prompt, tokens) : terms;
        JsonNode reward = rewards.path(preference);
        assertThat(reward.path("raw").asDouble()).isCloseTo(raw, within(TOLERANCE));
        assertThat(reward.path("normalised").asDouble())
            .isCloseTo(head.card().calibration().normalise(raw), within(2 * TOLERANCE));
      }
    }
  }

  private static List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  /** Stops the scoring after a number of lines. */
  private record Interruption(int lines) implements BatchProgress.Display {
    @Override
    public BatchProgress start(String task, long steps) {
      return new BatchProgress() {
        private int done;

        @Override
        public void advance(long more) {
          done++;
          if (done == lines) {
            throw new IllegalStateException("interrupted");
          }
        }

        @Override
        public void close() {}
      };
    }
  }

  private Scoring scoring(BatchProgress.Display display, List<String> preferences) {
    RewardOptions rewards =
        new RewardOptions(
            model.toString(),
            Optional.empty(),
            List.of(),
            Optional.of(preferences),
            false,
            new RewardOptions.Running(
                Numerics.FLOAT32, "cpu", 1, 16384, 512, Duration.ofMinutes(1)));
    return new Scoring(
        new Scoring.Options(model, rewards, data, output, false), display, notice -> {});
  }

  private int score(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("-m", model.toString(), "-p", String.join(",", TinyRewards.PREFERENCES)));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("score", "-d", data.toString(), "-o", output.toString()));
    if (!List.of(options).contains("--threads")) {
      arguments.addAll(List.of("--threads", "1"));
    }
    if (!List.of(options).contains("--numerics")) {
      arguments.addAll(List.of("--numerics", "float32"));
    }
    arguments.addAll(List.of(options));
    return RewardCommands.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
