package dev.panda.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.orchestrator.testing.FakeChatServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MakePairsCommandTest {
  private static final String EASY =
      "The sun is hot. It gives us light. We like the light a lot. It is good.";
  private static final String HARD =
      "Solar radiation undergoes considerable atmospheric scattering, predominantly affecting"
          + " comparatively shorter wavelengths, consequently producing characteristic coloration.";
  private static final String WARM = "Answer in a warm tone.";
  private static final String COLD = "Answer in a cold tone.";

  @TempDir private Path folder;

  private Path answers(String... lines) throws IOException {
    return Files.writeString(folder.resolve("answers.jsonl"), String.join("\n", lines) + "\n");
  }

  private static String answer(String instruction, String text) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}],\"instruction\":\""
        + instruction
        + "\",\"response\":\""
        + text
        + "\"}";
  }

  private Path pairs() {
    return folder.resolve("pairs.jsonl");
  }

  private Ran makePairs(Path answers, String... options) {
    return ran("--answers", answers.toString(), options);
  }

  private Ran ran(String source, String file, String... options) {
    List<String> arguments = new ArrayList<>(List.of("make-pairs", source, file));
    arguments.addAll(List.of("--output", pairs().toString()));
    arguments.addAll(List.of(options));
    return Ran.panda(arguments.toArray(String[]::new));
  }

  /** Draws four answers to each of two prompts with each sentence. */
  private Ran draw(FakeServices services, String... options) throws IOException {
    Path prompts =
        Files.writeString(
            folder.resolve("prompts.jsonl"),
            """
            {"messages": [{"role": "user", "content": "Why is it so?"}]}
            {"messages": [{"role": "user", "content": "How is it done?"}]}
            """);
    List<String> all = new ArrayList<>(List.of("--endpoint", services.endpoint()));
    all.addAll(List.of("--min-words", "1", "--concurrency", "2"));
    all.addAll(List.of(options));
    if (!all.contains("--samples")) {
      all.addAll(List.of("--samples", "4"));
    }
    return ran("--prompts", prompts.toString(), all.toArray(String[]::new));
  }

  private JsonNode record() throws IOException {
    return JsonLines.MAPPER.readTree(folder.resolve("pairs.jsonl.record.json").toFile());
  }

  private List<JsonNode> written() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    JsonLines.read(pairs(), line -> lines.add(line.object()));
    return lines;
  }

  @Test
  void writesPairsAndHowTheyWereMade() throws IOException {
    Path answers = answers(answer("", EASY), answer("", HARD));
    Ran ran = makePairs(answers, "--easier", "--length-tolerance", "0.9");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).startsWith("1 pairs of 1 prompts").contains("(grades)");
    assertThat(written()).hasSize(1);
    assertThat(written().get(0).path("chosen").asText()).isEqualTo(EASY);
    assertThat(written().get(0).path("rejected").asText()).isEqualTo(HARD);
    assertThat(record().path("rule").asText()).isEqualTo("Flesch-Kincaid grade, easier chosen");
    assertThat(record().path("pairs").asInt()).isEqualTo(1);
    assertThat(record().path("min_gap").asDouble()).isEqualTo(2);
    assertThat(record().path("answers_files").get(0).path("name").asText())
        .isEqualTo("answers.jsonl");
    assertThat(makePairs(answers, "--easier").err()).contains("pairs.jsonl: exists");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--easier|true",
        "--harder|false",
        "--shorter|false",
        "--longer|true",
        "--matching=hot|true",
        "--lacking=hot|false",
        "--matching=Solar|false"
      })
  void eachRuleChooses(String rule, boolean easyIsChosen) throws IOException {
    String[] options =
        rule.endsWith("er") && !rule.startsWith("--ea") && !rule.startsWith("--ha")
            ? new String[] {rule, "--min-gap", "1"}
            : new String[] {rule, "--length-tolerance", "0.9"};
    assertThat(makePairs(answers(answer("", HARD), answer("", EASY)), options).exitCode()).isZero();
    assertThat(written().get(0).path("chosen").asText()).isEqualTo(easyIsChosen ? EASY : HARD);
  }

  @Test
  void aServedRewardModelChooses() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      String[] options = {
        "--reward=kind",
        "--length-tolerance=0.9",
        "--reward-endpoint=" + services.endpoint(),
        "--base-model-endpoint=" + services.endpoint()
      };
      Path answers = answers(answer("", EASY), answer("", "B" + HARD));
      assertThat(makePairs(answers, options).exitCode()).isZero();
      assertThat(written().get(0).path("chosen").asText()).isEqualTo("B" + HARD);
      assertThat(record().path("mean_score_chosen").asDouble()).isEqualTo(1.25);
      options[0] = "--reward=nope";
      Files.delete(pairs());
      assertThat(makePairs(answers, options).err()).contains("--reward: nope (expected: kind)");
    }
  }

  @Test
  void asksTheRewardServiceThatServesThePreference() throws IOException {
    try (FakeServices easy = FakeServices.serving("easy");
        FakeServices kind = FakeServices.serving("warm", "kind")) {
      String[] options = {
        "--reward=kind",
        "--length-tolerance=0.9",
        "--reward-endpoint=" + easy.endpoint() + "," + kind.endpoint(),
        "--base-model-endpoint=" + easy.endpoint()
      };
      Path answers = answers(answer("", EASY), answer("", "B" + HARD));
      assertThat(makePairs(answers, options).exitCode()).isZero();
      assertThat(written().get(0).path("chosen").asText()).isEqualTo("B" + HARD);
      options[0] = "--reward=nope";
      Files.delete(pairs());
      assertThat(makePairs(answers, options).err())
          .contains("--reward: nope (expected: easy, warm, kind)");
    }
  }

  @Test
  void aRewardServiceThatIsAwayIsNamed() throws IOException {
    String[] options = {"--reward=kind", "--reward-endpoint=127.0.0.1:1"};
    assertThat(makePairs(answers(answer("", EASY)), options).err())
        .contains("reward service at 127.0.0.1:1", "--reward-endpoint");
  }

  @Test
  void aSentenceMakesPairsThatDoNotHoldIt() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      Ran ran = draw(services, "--wanted", WARM, "--unwanted", COLD);
      assertThat(ran.err()).isEmpty();
      assertThat(ran.exitCode()).isZero();
      assertThat(services.requests())
          .hasSize(16)
          .extracting(request -> request.getChat().getMessages(0).getContent())
          .contains("Why is it so? " + WARM, "How is it done? " + COLD);
    }
    assertThat(written())
        .isNotEmpty()
        .allSatisfy(
            pair -> {
              assertThat(pair.path("messages").toString()).doesNotContain("tone");
              assertThat(pair.path("chosen").asText()).contains(WARM);
              assertThat(pair.path("rejected").asText()).contains(COLD);
            });
    assertThat(record().path("instructions"))
        .extracting(JsonNode::asText)
        .containsExactly(COLD, WARM);
    assertThat(record().path("wanted").asText()).isEqualTo(WARM);
    assertThat(record().path("answers_files").get(0).path("sampling").asText())
        .contains("model: fake", "METHOD_SAMPLING");
    assertThat(record().path("prompts_file").path("name").asText()).isEqualTo("prompts.jsonl");
  }

  @Test
  void aRuleRanksWhatTheSentencesDrew() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      String[] options = {"--wanted", WARM, "--unwanted", COLD, "--matching", "cold"};
      assertThat(draw(services, options).exitCode()).isZero();
    }
    assertThat(written())
        .isNotEmpty()
        .allSatisfy(pair -> assertThat(pair.path("chosen").asText()).contains(COLD));
  }

  @Test
  void whatMentionsTheSentenceCanBeLeftOut() throws IOException {
    Path answers =
        answers(
            answer(WARM, "Here is a warm answer: " + EASY),
            answer(WARM, EASY),
            answer(COLD, HARD),
            answer(
                "Answer in French.",
                "Le soleil est chaud et nous donne toute la lumière du jour."));
    String[] options = {
      "--wanted=" + WARM, "--unwanted=" + COLD, "--length-tolerance=1", "--leave-out=(?i)\\bwarm\\b"
    };
    assertThat(makePairs(answers, options).exitCode()).isZero();
    assertThat(written()).hasSize(1);
    assertThat(written().get(0).path("chosen").asText()).isEqualTo(EASY);
    assertThat(record().path("answers_left_out").asInt()).isEqualTo(1);
    assertThat(record().path("answers_without_score").asInt()).isEqualTo(1);
  }

  @Test
  void goesOnDrawingWhereItStopped() throws IOException {
    Path answers = folder.resolve("pairs.jsonl.answers.jsonl");
    int drawn;
    try (FakeServices services = FakeServices.serving()) {
      services.failAfter(7);
      Ran broken = draw(services, "--wanted", WARM, "--length-tolerance", "1");
      assertThat(broken.exitCode()).isEqualTo(1);
      assertThat(broken.err()).contains("the same command goes on from there");
      drawn = Files.readAllLines(answers).size();
      assertThat(drawn).isBetween(1, 7);
      assertThat(pairs()).doesNotExist();
    }
    try (FakeServices services = FakeServices.serving()) {
      Ran resumed = draw(services, "--wanted", WARM, "--length-tolerance", "1");
      assertThat(resumed.err()).contains(drawn + " of 16 answers are there already");
      assertThat(services.requests()).hasSize(16 - drawn);
    }
    assertThat(Files.readAllLines(answers)).hasSize(16).doesNotHaveDuplicates();
    assertThat(written()).isNotEmpty();
  }

  @Test
  void answersBeyondTheSamplesAreNotRanked() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      String[] four = {"--wanted", WARM, "--length-tolerance", "1"};
      assertThat(draw(services, four).exitCode()).isZero();
      Files.delete(pairs());
      String[] two = {"--wanted", WARM, "--length-tolerance", "1", "--samples", "2"};
      assertThat(draw(services, two).exitCode()).isZero();
      assertThat(services.requests()).hasSize(16);
    }
    assertThat(record().path("answers").asInt()).isEqualTo(8);
  }

  @Test
  void answersOfAnEarlierSentenceAreNotRanked() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      String[] french = {"--wanted", "Answer in French.", "--length-tolerance", "1"};
      assertThat(draw(services, french).exitCode()).isZero();
      Files.delete(pairs());
      String[] options = {"--wanted", WARM, "--longer", "--min-gap", "1"};
      assertThat(draw(services, options).exitCode()).isZero();
      assertThat(services.requests()).hasSize(24);
    }
    assertThat(record().path("answers").asInt()).isEqualTo(16);
    assertThat(record().path("instructions"))
        .extracting(JsonNode::asText)
        .containsExactly("", WARM);
  }

  @Test
  void aJudgeIsAskedOnceAnAnswer() throws IOException {
    String third = "A third answer that is here so that there is one that got no grade.";
    Path answers = answers(answer("", EASY), answer("", HARD), answer("", EASY), answer("", third));
    try (FakeChatServer server = new FakeChatServer()) {
      String[] options = {
        "--judge=warm",
        "--judge-model=grader",
        "--judge-url=" + server.url(),
        "--length-tolerance=1"
      };
      server.grades(4);
      server.answers(401, "{\"error\": {\"message\": \"no credit\"}}", null);
      Ran broken = makePairs(answers, options);
      assertThat(broken.exitCode()).isEqualTo(1);
      assertThat(broken.err()).contains(server.url().toString(), "status 401: no credit");
      assertThat(pairs()).doesNotExist();
      server.grades(9);
      server.says("I can't tell.");
      assertThat(makePairs(answers, options).exitCode()).isZero();
      assertThat(server.asked()).hasSize(4);
      Files.delete(pairs());
      assertThat(makePairs(answers, options).exitCode()).isZero();
      assertThat(server.asked()).hasSize(4);
      assertThat(record().path("judge").path("host").asText())
          .isEqualTo(server.url().getAuthority());
    }
    assertThat(written()).hasSize(1);
    assertThat(written().get(0).path("chosen").asText()).isEqualTo(HARD);
    assertThat(record().path("judge").path("criterion").asText()).isEqualTo("warm");
    assertThat(record().path("judge").path("model").asText()).isEqualTo("grader");
    assertThat(record().path("mean_score_chosen").asDouble()).isEqualTo(9);
    assertThat(record().path("answers_without_score").asInt()).isEqualTo(1);
  }

  @Test
  void aJudgementThatWasCutOffIsNotKept() throws IOException {
    try (FakeChatServer server = new FakeChatServer()) {
      server.answers(
          200,
          "{\"choices\": [{\"finish_reason\": \"length\", \"message\": {\"content\": \"\"}}]}",
          null);
      String[] options = {"--judge=warm", "--judge-model=grader", "--judge-url=" + server.url()};
      Ran ran = makePairs(answers(answer("", EASY)), options);
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("cut off at 1024 tokens", "--judge-model");
    }
    assertThat(folder.resolve("pairs.jsonl.judgements.jsonl")).isEmptyFile();
  }

  @Test
  void judgementsByAnotherCriterionAreAskedAnew() throws IOException {
    Path answers = answers(answer("", EASY), answer("", HARD));
    try (FakeChatServer server = new FakeChatServer()) {
      for (String criterion : List.of("warm", "brief")) {
        server.grades(4);
        server.grades(9);
        String[] options = {
          "--judge=" + criterion,
          "--judge-model=grader",
          "--judge-url=" + server.url(),
          "--length-tolerance=1"
        };
        assertThat(makePairs(answers, options).exitCode()).isZero();
        Files.delete(pairs());
      }
      assertThat(server.asked()).hasSize(4);
    }
  }

  @Test
  void malformedFilesAreNamedWithTheLine() throws IOException {
    assertThat(makePairs(answers(answer("", EASY), "{\"messages\": []}"), "--easier").err())
        .contains("answers.jsonl:2: messages: []");
    assertThat(makePairs(answers(answer("", EASY), "{\"mess"), "--easier").err())
        .contains("answers.jsonl:2: ");
    assertThat(makePairs(answers(answer("", EASY).replace("\"\"", "5")), "--easier").err())
        .contains("answers.jsonl:1: instruction: 5 (expected: a text, or none)");
    assertThat(
            makePairs(
                    answers(answer("", EASY).replace("\"instr", "\"token_ids\":[\"x\"],\"instr")),
                    "--easier")
                .err())
        .contains("answers.jsonl:1: token_ids: [\"x\"]");
    Files.writeString(folder.resolve("pairs.jsonl.judgements.jsonl"), answer("", EASY) + "\n");
    assertThat(makePairs(answers(answer("", EASY)), "--judge=warm", "--judge-model=m").err())
        .contains("judgements.jsonl:1: grade: missing (expected: a number, or null)");
  }

  @Test
  void saysWhyThereIsNoPair() throws IOException {
    Ran ran = makePairs(answers(answer("", EASY), answer("", HARD)), "--easier");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("no pair: 0 of 2 answers are left out", "1 differ in length");
    assertThat(pairs()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--min-words=1|no rule was given (expected: --wanted",
        "--easier --harder|mutually exclusive",
        "--judge=warm|--judge-model: unset (expected: the judging model's name)",
        "--judge=warm --judge-url=ftp://x --judge-model=m|--judge-url': ftp://x (expected: http",
        "--judge=warm --judge-url=http://me:pw@x/ --judge-model=m|http://…@x/ (expected: http",
        "--matching=(|--matching",
        "--shorter --length-tolerance=0.1|--length-tolerance: set (expected: unset where length",
        "--easier --length-tolerance=3|--length-tolerance: 3.0 (expected: 0 to 1)",
        "--easier --min-gap=0|--min-gap: 0.0 (expected: above 0)",
        "--easier --max-pairs=0|--max-pairs: 0 (expected: 1 or more)",
        "--easier --unwanted=x|--unwanted: set (expected: unset without --wanted)",
        "--wanted=x --unwanted=x|--unwanted: x (expected: something else than --wanted)",
        "--easier --samples=9|--samples: set (expected: unset without --prompts)",
        "--easier -n 9|--max-tokens: set (expected: unset without --prompts)",
        "--easier -k=9|-k: set (expected: unset without --prompts)",
        "--easier --temperature=1|--temperature: set (expected: unset without --prompts)",
        "--easier --deadline=9s|--deadline: set (expected: unset without --prompts)",
        "--easier --judge-model=m|--judge-model: set (expected: unset without --judge)",
        "--reward=kind --judge-url=http://x|--judge-url: set (expected: unset without --judge)",
        "--easier --judge-concurrency=2|set (expected: unset without --judge or --reward)",
        "--easier --reward-endpoint=x:1|--reward-endpoint: set (expected: unset without --reward)",
        "--preference=specialization|Unknown option",
        "--easier --prompts=p.jsonl|mutually exclusive"
      })
  void refusesOptionsBeforeItReads(String options, String refusal) {
    Ran ran = makePairs(folder.resolve("none.jsonl"), options.split(" ", -1));
    assertThat(ran.err()).contains(refusal).doesNotContain("me:pw");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @Test
  void makesTheFolderOfItsOutput() throws IOException {
    Path answers = answers(answer("", EASY), answer("", HARD));
    Path output = folder.resolve("new/deep/pairs.jsonl");
    Ran ran =
        Ran.panda(
            "make-pairs",
            "--answers=" + answers,
            "--easier",
            "--length-tolerance=1",
            "--output=" + output);
    assertThat(ran.exitCode()).isZero();
    assertThat(output).isNotEmptyFile();
    assertThat(output.resolveSibling("pairs.jsonl.record.json")).isNotEmptyFile();
  }

  @Test
  void keepsNoPairsWhoseRecordCannotBeWritten() throws IOException {
    Path inTheWay = Files.createDirectory(folder.resolve("pairs.jsonl.record.json"));
    Files.createFile(inTheWay.resolve("file"));
    Path answers = answers(answer("", EASY), answer("", HARD));
    assertThat(makePairs(answers, "--easier", "--length-tolerance=1").exitCode()).isEqualTo(1);
    assertThat(folder).isDirectoryNotContaining("glob:**.unfinished");
    assertThat(pairs()).doesNotExist();
  }

  @Test
  void severalFilesAreTakenTogether() throws IOException {
    Path more = Files.writeString(folder.resolve("more.jsonl"), answer("", HARD) + "\n");
    String[] options = {"--answers", more.toString(), "--easier", "--length-tolerance", "1"};
    assertThat(makePairs(answers(answer("", EASY)), options).exitCode()).isZero();
    assertThat(record().path("answers_files")).hasSize(2);
  }
}
