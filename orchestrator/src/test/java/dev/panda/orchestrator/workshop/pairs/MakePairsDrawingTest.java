package dev.panda.orchestrator.workshop.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.orchestrator.testing.FakeServices;
import dev.panda.orchestrator.workshop.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code make-pairs} with answers that it draws itself. */
class MakePairsDrawingTest extends MakePairsTest {
  private static final String WARM = "Answer in a warm tone.";
  private static final String COLD = "Answer in a cold tone.";

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
    assertThat(record().path("description").asText()).isEqualTo(WARM);
    assertThat(record().path("origin").asText())
        .matches(
            "make-pairs from \\d+ answers of fake to \\d+ prompts \\(wanted: \"%s\", unwanted: \"%s\"\\): instruction .*"
                .formatted(WARM, COLD));
    assertThat(record().path("answers_files").get(0).path("sampling").asText())
        .contains("model: fake", "METHOD_SAMPLING");
    assertThat(record().path("prompts_file").path("name").asText()).isEqualTo("prompts.jsonl");
  }

  @Test
  void aRuleRanksAnswersDrawnWithTheSentences() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      String[] options = {"--wanted", WARM, "--unwanted", COLD, "--matching", "cold"};
      assertThat(draw(services, options).exitCode()).isZero();
    }
    assertThat(written())
        .isNotEmpty()
        .allSatisfy(pair -> assertThat(pair.path("chosen").asText()).contains(COLD));
    assertThat(record().path("description").asText())
        .isEqualTo("Of two answers: pattern cold, matching chosen.");
  }

  @Test
  void leavesOutAnswersThatMentionTheSentence() throws IOException {
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
  void resumesDrawing() throws IOException {
    Path answers = folder.resolve("pairs.jsonl.answers.jsonl");
    int drawn;
    try (FakeServices services = FakeServices.serving()) {
      services.failAfter(7);
      Ran broken = draw(services, "--wanted", WARM, "--length-tolerance", "1");
      assertThat(broken.exitCode()).isEqualTo(1);
      assertThat(broken.err()).contains("run the same command again to resume");
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
}
