package dev.panda.orchestrator.workshop.pairs.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.orchestrator.testing.FakeChatServer;
import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatJudgeTest {
  private static final Conversation PROMPT = Conversation.ofQuestion("How do I swim?");
  private static final Answer ANSWER = new Answer("You can do it!", "Be warm.", List.of());

  private final List<Duration> pauses = new ArrayList<>();
  private FakeChatServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeChatServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ChatJudge judge(URI url, String key) {
    return new ChatJudge("warm", url, "grader", Optional.ofNullable(key), pauses::add);
  }

  private OptionalDouble score() throws InterruptedException {
    return judge(server.url(), "secret-key").score(PROMPT, ANSWER);
  }

  @Test
  void asksForTheGradeOfOneAnswerByTheCriterion() throws InterruptedException {
    server.grades(7);
    assertThat(score()).hasValue(7);
    FakeChatServer.Asked asked = server.asked().get(0);
    assertThat(asked.path()).isEqualTo("/v1/chat/completions");
    assertThat(asked.authorization()).isEqualTo("Bearer secret-key");
    JsonNode body = asked.body();
    assertThat(body.path("model").asText()).isEqualTo("grader");
    assertThat(body.path("temperature").asDouble(1)).isZero();
    assertThat(body.path("messages")).hasSize(1);
    assertThat(body.path("messages").get(0).path("content").asText())
        .contains("Criterion: warm", "user: How do I swim?", "You can do it!")
        .doesNotContain("Be warm.");
  }

  @Test
  void sendsNoAuthorizationWithoutAKey() throws InterruptedException {
    server.grades(7);
    judge(URI.create(server.url() + "/"), null).score(PROMPT, ANSWER);
    assertThat(server.asked().get(0).authorization()).isNull();
    assertThat(server.asked().get(0).path()).isEqualTo("/v1/chat/completions");
  }

  @Test
  void waitsAsLongAsTheServerAsksAndLongerEachTime() throws InterruptedException {
    server.answers(429, "{}", "30");
    server.answers(503, "", null);
    server.answers(500, "", "soon");
    server.answers(429, "{}", "99999");
    server.answers(429, "{}", "Wed, 21 Oct 2015 07:28:00 GMT");
    server.grades(3);
    assertThat(score()).hasValue(3);
    assertThat(pauses).extracting(Duration::toSeconds).containsExactly(30L, 2L, 4L, 120L, 16L);
  }

  @Test
  void givesUpAfterSixAttemptsAndSaysHowToResume() {
    for (int i = 0; i < 6; i++) {
      server.answers(429, "{\"error\": {\"message\": \"slow down\"}}", null);
    }
    assertThatThrownBy(this::score)
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "judge at %s/chat/completions: status 429: slow down (6 attempts)", server.url())
        .extracting(failure -> ((CommandFailure) failure).remedy())
        .asString()
        .contains("run the same command again to resume");
  }

  @Test
  void aRefusedKeyIsNeitherTriedAgainNorShown() {
    server.answers(401, "{\"error\": {\"message\": \"Incorrect API key\"}}", null);
    assertThatThrownBy(this::score)
        .isInstanceOf(CommandFailure.class)
        .hasMessage("judge at %s/chat/completions: status 401: Incorrect API key", server.url())
        .extracting(failure -> ((CommandFailure) failure).remedy())
        .asString()
        .contains("OPENAI_API_KEY");
    assertThat(server.asked()).hasSize(1);
    assertThat(pauses).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401|{\"error\": {\"message\": \"no such key: secret-key\"}}|no such key: …",
        "400|you sent Bearer secret-key|you sent Bearer …",
        "200|you sent Bearer secret-key|you sent Bearer …"
      })
  void aKeyThatTheServerRepeatsIsMasked(int status, String body, String told) {
    server.answers(status, body, null);
    assertThatThrownBy(this::score)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(told)
        .hasMessageNotContaining("secret-key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>Welcome</html>", "{\"ok\": true}", "{\"choices\": []}", "7"})
  void refusesRepliesThatAreNoChatCompletion(String body) {
    server.answers(200, body, null);
    assertThatThrownBy(this::score)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("chat/completions: " + body + " (expected: {\"choices\"");
  }

  @Test
  void refusesAReplyOfMoreThanAMegabyte() {
    server.answers(200, " ".repeat((1 << 20) + 1), null);
    assertThatThrownBy(this::score)
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "judge at %s/chat/completions: a reply of more than 1048576 bytes", server.url());
    assertThat(server.asked()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\": {\"message\": \"Unsupported parameter.\", \"param\": \"max_tokens\"}}",
        "{\"error\": {\"message\": \"'max_tokens': use 'max_completion_tokens' instead.\"}}"
      })
  void usesTheNameOfTheLimitThatTheServerKnows(String refusal) throws InterruptedException {
    server.answers(400, refusal, null);
    server.grades(7);
    server.grades(8);
    ChatJudge judge = judge(server.url(), null);
    assertThat(judge.score(PROMPT, ANSWER)).hasValue(7);
    assertThat(judge.score(PROMPT, ANSWER)).hasValue(8);
    assertThat(server.asked())
        .extracting(asked -> asked.body().has("max_tokens"))
        .containsExactly(true, false, false);
    assertThat(server.asked())
        .extracting(asked -> asked.body().path("max_completion_tokens").asInt())
        .containsExactly(0, 1024, 1024);
    assertThat(pauses).isEmpty();
  }

  @Test
  void triesNoThirdNameForTheLimit() {
    String refusal = "{\"error\": {\"message\": \"no max_completion_tokens\"}}";
    server.answers(400, refusal, null);
    server.answers(400, refusal, null);
    assertThatThrownBy(this::score)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("status 400: no max_completion_tokens");
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void aReplyThatWasCutOffIsAFailure() {
    server.answers(
        200,
        "{\"choices\": [{\"finish_reason\": \"length\", \"message\": {\"content\": \"8\"}}]}",
        null);
    assertThatThrownBy(this::score)
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "judge at %s/chat/completions: a reply was cut off at 1024 tokens", server.url());
  }

  @Test
  void saysThatNoJudgeAnswers() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ChatJudge judge = judge(URI.create("http://127.0.0.1:" + port + "/v1"), null);
    assertThatThrownBy(() -> judge.score(PROMPT, ANSWER))
        .hasMessage("no judge answers at http://127.0.0.1:" + port + "/v1/chat/completions");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8|8",
        "10|10",
        "'8.'|8",
        "Grade: 8|8",
        "**9**|9",
        "7/10|7",
        "7.5 / 10|7.5",
        "10.0|10",
        "<think>Is it 3 or 4?</think> 6|6",
        "8 because it is well-written|8"
      })
  void readsTheGradeOfAReply(String reply, double grade) {
    assertThat(ChatJudge.grade(reply)).hasValue(grade);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "It is warm.",
        "0",
        "11",
        "100",
        "between 7 and 8",
        "8 of 20",
        "0.5",
        "7/20",
        "<think>It is an 8",
        "<think>\nIt is an 8\n"
      })
  void aReplyWithoutExactlyOneGradeGivesNone(String reply) {
    assertThat(ChatJudge.grade(reply)).isEmpty();
  }
}
