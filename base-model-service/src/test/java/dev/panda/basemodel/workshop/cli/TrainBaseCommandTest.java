package dev.panda.basemodel.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainBaseCommandTest {
  private static final String LINE =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"sky?\"}], \"response\": \"Blue %d.\"}\n";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeTokenizer() {
    TinyTokenizer.write(folder);
  }

  private int run(String... arguments) {
    return BaseModelCommands.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** Runs the command on two answers, with further options. */
  private int train(String... more) throws IOException {
    Path data =
        Files.writeString(folder.resolve("answers.jsonl"), LINE.formatted(1) + LINE.formatted(2));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train-base", "--data", data.toString(), "--tokenizer-from", folder.toString()));
    arguments.addAll(
        List.of("--output", folder.resolve("model").toString(), "--merges", "9", "--threads", "1"));
    arguments.addAll(
        List.of("--width", "16", "--layers", "1", "--heads", "2", "--feed-forward", "16"));
    arguments.addAll(List.of("--key-value-heads", "1", "--context", "64", "--warm-up", "2"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void trainsAndReportsTheResult() throws IOException {
    assertThat(train("--updates", "4", "--validation-share", "0.5")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("4 updates", "held out");
    assertThat(folder.resolve("model/README.md"))
        .content()
        .contains("--updates 4", "by answers, share 0.5");
  }

  @Test
  void explainsItselfWithExamples() {
    assertThat(run("train-base", "--help")).isZero();
    assertThat(out.toString())
        .contains("--data", "--minutes", "Examples:", "panda train-base --data answers.jsonl");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--updates 4 --passes 2          | mutually exclusive",
        "--updates 2                     | updates: 2 (expected: more than the warm-up, 2)",
        "--updates four                  | four",
        "--passes 0                      | passes: 0.0 (expected: above 0)",
        "--updates 4 --validation-share 1 | validation share: 1.0 (expected: 0 to below 1)",
        "--updates 4 --learning-rate -1  | learning rate: -1.0",
        "--updates 4 --width 15          | heads: 2 (expected: a number that gives each head an even share",
        "--updates 4 --key-value-heads 3 | key-value heads: 3 (expected: a divisor of heads, 2)",
        "--updates 4 --cut-answers burn  | burn (expected: learn, shorten, leave-out)",
        "--updates 4 --threads 0         | threads: 0 (expected: >= 1)",
      })
  void reportsWrongUsage(String options, String message) throws IOException {
    // Picocli refuses a repeated option, so the default options are left out.
    assertThat(trainWith(options.split(" +"))).isEqualTo(2);
    assertThat(err.toString()).contains(message).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--context=2147483647 | model: weights of 0.0 GB in float32 (expected: a smaller model or context;",
        "--device=cuda:99     | device: cuda:99 (expected: one of the",
      })
  void saysWhatTheMachineCannotDo(String option, String message) throws IOException {
    int code =
        trainWith(
            "--merges=9",
            "--passes=9",
            "--layers=1",
            "--feed-forward=16",
            "--validation-share=0",
            option);
    assertThat(code).as(err.toString()).isEqualTo(2);
    assertThat(err.toString()).contains(message).doesNotContain("bug");
  }

  private int trainWith(String... options) throws IOException {
    Path data = Files.writeString(folder.resolve("answers.jsonl"), LINE.formatted(1));
    List<String> arguments =
        new ArrayList<>(List.of("train-base", "--data=" + data, "--tokenizer-from=" + folder));
    arguments.add("--output=" + folder.resolve("model"));
    List<String> given = List.of(options);
    for (String standard :
        List.of("--width=16", "--heads=2", "--key-value-heads=1", "--warm-up=2")) {
      if (!given.contains(standard.substring(0, standard.indexOf('=')))) {
        arguments.add(standard);
      }
    }
    arguments.addAll(given);
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void requiresALength() {
    assertThat(run("train-base", "--data", "a", "--output", "b")).isEqualTo(2);
    assertThat(err.toString()).contains("--minutes");
  }

  @Test
  void requiresACommand() {
    assertThat(run()).isEqualTo(2);
  }

  @Test
  void failsWithTheLineAtFaultAndWhatToDo() throws IOException {
    Path data = Files.writeString(folder.resolve("bad.jsonl"), "{}\n");
    assertThat(
            run(
                "train-base",
                "--data=" + data,
                "--output=" + folder.resolve("model"),
                "--tokenizer-from=" + folder,
                "--merges=9",
                "--passes=3"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("bad.jsonl, line 1: messages: missing", "--skip-invalid")
        .doesNotContain("\tat ");
  }

  @Test
  void failsIfTheTokenizerIsUnknown() {
    assertThat(
            run("train-base", "--data=a", "--output=b", "--tokenizer-from=nowhere", "--passes=3"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("model: nowhere", "panda models").doesNotContain("\tat ");
  }
}
