package dev.panda.orchestrator.workshop.benchmark.contender;

import static dev.panda.orchestrator.testing.FakeCompletionsServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.orchestrator.testing.FakeCompletionsServer;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompletionsServerTest {
  private static final Prompt PROMPT = new Prompt("Once upon", Optional.of(new int[] {4, 2}));

  private final FakeCompletionsServer fake;
  private final AtomicInteger tokens = new AtomicInteger();

  CompletionsServerTest() throws IOException {
    fake = new FakeCompletionsServer();
  }

  @AfterEach
  void close() {
    fake.close();
  }

  private CompletionsServer connect() {
    return CompletionsServer.connect(
        new Peer("peer", fake.url()), 9, Duration.ofSeconds(30), PROMPT);
  }

  private Answer ask(CompletionsServer server) {
    return server.ask(PROMPT, tokens::incrementAndGet);
  }

  private JsonNode lastRequest() {
    return fake.requests().get(fake.requests().size() - 1);
  }

  @Test
  void asksForTheServersModelWithIdsAndReadsItsUsage() {
    assertThat(ask(connect())).isEqualTo(new Answer(7, 2, Optional.empty()));
    assertThat(tokens).hasValue(2);
    JsonNode request = lastRequest();
    assertThat(request.path("model").asText()).isEqualTo("tiny");
    assertThat(request.path("prompt").toString()).isEqualTo("[4,2]");
    assertThat(request.path("max_tokens").asInt()).isEqualTo(9);
    assertThat(request.path("temperature").asDouble(1)).isZero();
    assertThat(request.path("ignore_eos").asBoolean()).isTrue();
    assertThat(request.path("stream").asBoolean()).isTrue();
  }

  @Test
  void fallsBackToTextIfTheServerRefusesIds() {
    fake.refuses(422, body -> body.path("prompt").isArray());
    ask(connect());
    assertThat(lastRequest().path("prompt").asText()).isEqualTo("Once upon");
    assertThat(lastRequest().has("ignore_eos")).isTrue();
  }

  @Test
  void leavesOutWhatTheServerDoesNotKnow() {
    fake.refuses(400, body -> body.has("ignore_eos"));
    ask(connect());
    assertThat(lastRequest().has("stream_options")).isFalse();
    assertThat(lastRequest().path("prompt").isArray()).isTrue();
  }

  @Test
  void countsEventsIfTheServerTellsNoUsage() {
    fake.streams(text("a"), text("b"), text("c"));
    assertThat(ask(connect()).tokens()).isEqualTo(3);
  }

  @Test
  void aServerWithoutRoomRefuses() {
    CompletionsServer server = connect();
    fake.refuses(429, body -> true);
    assertThatExceptionOfType(RequestException.class)
        .isThrownBy(() -> ask(server))
        .returns("HTTP 429", RequestException::reason)
        .returns(true, RequestException::refused);
  }

  @Test
  void anErrorWithinAStreamFails() {
    CompletionsServer server = connect();
    fake.streams(text("a"), "{\"error\": \"gone\"}");
    assertThatExceptionOfType(RequestException.class)
        .isThrownBy(() -> ask(server))
        .returns("broken stream", RequestException::reason)
        .withMessageContaining("gone");
  }

  @Test
  void saysWhyAServerCannotTakePart() {
    fake.refuses(400, body -> true);
    assertThatExceptionOfType(CommandFailure.class)
        .isThrownBy(this::connect)
        .withMessageContaining("status 400: not this one");
  }
}
