package dev.panda.reward.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import dev.panda.reward.workshop.report.ReportPage;
import dev.panda.transformer.reward.Accuracy;
import dev.panda.transformer.reward.HeldOutAccuracy;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.TokenHead;
import dev.panda.transformer.reward.TrainingRecord;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyModels;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports on heads trained on a tiny random model. */
class RewardReportCommandTest {
  /** Plots need a font; a machine without one cannot make them. */
  @BeforeAll
  static void needsAFont() {
    assumeThatCode(ReportPage::requireFont).doesNotThrowAnyException();
  }

  @TempDir private static Path trained;
  @TempDir private Path folder;

  private static Path model;
  private static Path training;
  private static Path test;

  private Path page;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() throws IOException {
    model = trained.resolve("tiny");
    TinyCheckpoint.llama(7).vocabSize(TinyTokenizer.SIZE).write(model);
    TinyTokenizer.write(model);
    training = writePairs("train.jsonl", 0, 16, 1);
    test = writePairs("test.jsonl", 100, 12, 2);
    train("-p mean --pooling mean");
    train("-p last --pooling last");
    train("-p own --pooling mean --method full --output " + trained.resolve("own"));
  }

  private static void train(String options) {
    int exitCode =
        RewardCommands.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .execute(
                "train-reward -m %s -d %s --test %s --cache %s --threads 1 --layers 1 --numerics float32 %s"
                    .formatted(model, training, test, trained.resolve("cache"), options)
                    .split(" "));
    assertThat(exitCode).isZero();
  }

  @BeforeEach
  void name() {
    page = folder.resolve("new/report.html");
  }

  private static Path writePairs(String name, int first, int prompts, long seed)
      throws IOException {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = first; i < first + prompts; i++) {
      lines.add(pair(i, letters(random, 'a'), letters(random, 'h')));
      lines.add(pair(i, letters(random, 'b'), letters(random, 'c')));
    }
    return Files.write(trained.resolve(name), lines);
  }

  private static String pair(int prompt, String chosen, String rejected) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"Q %d\"}],\"chosen\":\"%s\",\"rejected\":\"%s\"}"
        .formatted(prompt, chosen, rejected);
  }

  private static String letters(Random random, char first) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8 + random.nextInt(8); i++) {
      text.append((char) (first + random.nextInt(6)));
    }
    return text.toString();
  }

  @Test
  void reportsATokenHeadBesideItsRewardModel() throws IOException {
    RewardModel mean = RewardModelFolder.read(model.resolve("rewards/mean"));
    RewardModel distilled = TinyModels.distilled(mean, "00");
    RewardModelFolder.write(
        folder.resolve("mean-token"),
        new RewardModel(
            distilled
                .card()
                .withTokenHead("mean-token", distilled.card().tokenHead().orElseThrow()),
            mean.head(),
            Optional.of(
                new TokenHead(
                    new float[1][mean.head().weight().length],
                    new float[TinyTokenizer.SIZE],
                    new float[TinyTokenizer.SIZE]))));

    int exitCode =
        report(
            "-d",
            test.toString(),
            "-p",
            "mean," + folder.resolve("mean-token"),
            "--cache",
            folder.resolve("cache").toString());

    assertThat(exitCode).as(err.toString()).isZero();
    List<String> accuracies =
        out.toString()
            .lines()
            .filter(line -> line.contains(" on "))
            .map(line -> line.substring(line.indexOf(": ")))
            .toList();
    assertThat(accuracies).hasSize(2);
    assertThat(accuracies.get(0)).isEqualTo(accuracies.get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cold", "warm"})
  void reportsWhatTrainingMeasuredWithItsRewardsOrWithoutThem(String cache) throws IOException {
    Path rewards = cache.equals("warm") ? trained.resolve("cache") : folder.resolve("cache");

    Path own = trained.resolve("own");

    assertThat(
            report("-d", test.toString(), "--cache", rewards.toString(), "-p", "mean,last," + own))
        .isZero();

    String html = Files.readString(page);
    for (String preference : List.of("rewards/mean", "rewards/last", own.toString())) {
      TrainingRecord.Evaluation measured =
          RewardModelFolder.readCard(model.resolve(preference))
              .training()
              .orElseThrow()
              .evaluation();
      for (HeldOutAccuracy at : measured.accuracies()) {
        assertThat(html).contains(cell(at.head()));
      }
      assertThat(Pattern.compile("Calibration error</dt><dd>(.*?)</dd>").matcher(html).results())
          .anySatisfy(
              shown ->
                  assertThat(Double.parseDouble(shown.group(1)))
                      .isCloseTo(measured.calibrationError(), within(2e-3)));
    }
    assertThat(html).doesNotContain("trained on this file");
    assertThat(out.toString())
        .contains("last on " + test + ": accuracy ")
        .contains("24 pairs of 12 prompts")
        .contains("Written to " + page);
    assertThat(err.toString()).isEmpty();
  }

  private static String cell(Accuracy accuracy) {
    return "<b>%s</b><small>%s – %s</small>"
        .formatted(decimals(accuracy.value()), decimals(accuracy.low()), decimals(accuracy.high()));
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  @Test
  void reportsAllModelsOnAllFilesAndWarnsOfTheOneTrainedOn() throws IOException {
    assertThat(report("-d", test.toString(), "-d", training.toString(), "--max-pairs", "10"))
        .isZero();

    String html = Files.readString(page);
    assertThat(html.split("<article", -1)).hasSize(5);
    assertThat(html.split("trained on this file", -1)).hasSize(3);
    assertThat(html).contains("10 pairs of ");
    assertThat(out.toString().lines().filter(line -> line.contains("trained on this file")))
        .hasSize(2)
        .allMatch(line -> line.contains(" on " + training + ": "));
  }

  @Test
  void refusesABadLineByFileAndLineOrSkipsIt() throws IOException {
    Path data = folder.resolve("pairs.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(test));
    lines.add(2, pair(7, "same", "same"));
    Files.write(data, lines);

    assertThat(report("-d", data.toString())).isEqualTo(1);

    assertThat(err.toString()).contains("pairs.jsonl, line 3: rejected: equal to chosen");
    assertThat(page).doesNotExist();
    assertThat(report("-d", data.toString(), "--skip-invalid")).isZero();
    assertThat(err.toString()).contains("pairs.jsonl: 1 lines skipped");
    assertThat(Files.readString(page)).contains("24 pairs of 12 prompts");
  }

  @Test
  void keepsAnExistingPageUnlessToldToReplaceIt() throws IOException {
    Files.createDirectories(page.getParent());
    Files.writeString(page, "mine");

    assertThat(report("-d", test.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("exists (expected: another file, or --overwrite)");
    assertThat(page).hasContent("mine");
    assertThat(report("-d", test.toString(), "--overwrite")).isZero();
    assertThat(page).content().startsWith("<!DOCTYPE html>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --max-pairs  | 0       | 2 | --max-pairs: 0 (expected: at least 1)
          --max-tokens | 1       | 2 | --max-tokens: 1 (expected: at least 2)
          --data       | nowhere | 1 | nowhere: no such file (expected: JSON Lines)
          --preference | nowhere | 1 | preference: nowhere (expected:
          """)
  void refusesOptionsThatDoNotFit(String option, String value, int exitCode, String message) {
    assertThat(report("-d", test.toString(), option, value)).isEqualTo(exitCode);

    assertThat(err.toString()).contains(message).doesNotContain("\tat ");
  }

  private int report(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "reward-report", "-m", model.toString(), "-o", page.toString(), "--threads", "1"));
    arguments.addAll(List.of("--numerics", "float32"));
    if (!List.of(options).contains("--cache")) {
      arguments.addAll(List.of("--cache", folder.resolve("cache").toString()));
    }
    arguments.addAll(List.of(options));
    return RewardCommands.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
