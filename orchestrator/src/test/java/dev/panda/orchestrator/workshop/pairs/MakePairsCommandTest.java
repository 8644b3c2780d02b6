package dev.panda.orchestrator.workshop.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.workshop.Ran;
import dev.panda.transformer.checkpoint.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MakePairsCommandTest extends MakePairsTest {
  @Test
  void writesPairsAndHowTheyWereMade() throws IOException {
    Path answers = answers(answer("", EASY), answer("", HARD));
    Ran ran = makePairs(answers, "--easier", "--length-tolerance", "0.9");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).startsWith("1 pairs of 1 prompts").contains("(grades)");
    assertThat(written()).hasSize(1);
    assertThat(written().get(0).path("chosen").asText()).isEqualTo(EASY);
    assertThat(written().get(0).path("rejected").asText()).isEqualTo(HARD);
    assertThat(written().get(0).path("chosen_score").asDouble())
        .isEqualTo(record().path("mean_score_chosen").asDouble());
    assertThat(written().get(0).path("rejected_score").asDouble())
        .isEqualTo(record().path("mean_score_rejected").asDouble());
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
    assertThat(ran.err())
        .contains("no pair: 0 of 2 answers are left out", "1 differ in length")
        .contains("Raise --length-tolerance");
    assertThat(pairs()).doesNotExist();

    Ran alike = makePairs(answers(answer("", EASY), answer("", HARD)), "--matching=zzz");
    assertThat(alike.err())
        .contains("1 nearly tie")
        .contains("Two answers to a prompt have to differ by the rule");

    Ran none = makePairs(answers(answer("", EASY)), "--easier", "--min-words=999");
    assertThat(none.err()).contains("no pair: 1 of 1 answers are left out").contains("--min-words");
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
        "--matching=(|( (expected: a regular expression; unclosed group)",
        "--easier --leave-out=[|[ (expected: a regular expression; unclosed character class)",
        "--shorter --length-tolerance=0.1|--length-tolerance: set (expected: unset if length",
        "--easier --length-tolerance=3|--length-tolerance: 3.0 (expected: 0 to 1)",
        "--easier --min-gap=0|--min-gap: 0.0 (expected: above 0)",
        "--easier --max-pairs=0|--max-pairs: 0 (expected: 1 or more)",
        "--easier --unwanted=x|--unwanted: set (expected: unset without --wanted)",
        "--wanted=x --unwanted=x|--unwanted: x (expected: another sentence than --wanted)",
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
    assertThat(output.resolveSibling("pairs.jsonl.record.json"))
        .content()
        .contains("\"name\" : \"pairs.jsonl\"", Sha256.of(output));
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
  void readsSeveralFilesTogether() throws IOException {
    Path more = Files.writeString(folder.resolve("more.jsonl"), answer("", HARD) + "\n");
    String[] options = {"--answers", more.toString(), "--easier", "--length-tolerance", "1"};
    assertThat(makePairs(answers(answer("", EASY)), options).exitCode()).isZero();
    assertThat(record().path("answers_files")).hasSize(2);
  }
}
