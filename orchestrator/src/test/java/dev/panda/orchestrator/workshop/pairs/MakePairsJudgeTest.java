package dev.panda.orchestrator.workshop.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.testing.FakeChatServer;
import dev.panda.orchestrator.testing.FakeServices;
import dev.panda.orchestrator.workshop.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code make-pairs} with answers that a language model or a served reward model ranks. */
class MakePairsJudgeTest extends MakePairsTest {
  @Test
  void choosesByTheRewardOfAServedRewardModel() throws IOException {
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
          .contains("--reward: nope (expected: easy, kind, warm)");
    }
  }

  @Test
  void anUnreachableRewardServiceIsNamed() throws IOException {
    String[] options = {"--reward=kind", "--reward-endpoint=127.0.0.1:1"};
    assertThat(makePairs(answers(answer("", EASY)), options).err())
        .contains("reward service at 127.0.0.1:1", "--reward-endpoint");
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
    assertThat(record().path("description").asText()).isEqualTo("warm");
    assertThat(record().path("judge").path("model").asText()).isEqualTo("grader");
    assertThat(record().path("mean_score_chosen").asDouble()).isEqualTo(9);
    assertThat(record().path("answers_without_score").asInt()).isEqualTo(1);
  }

  @Test
  void ignoresAJudgementThatWasCutOff() throws IOException {
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
}
