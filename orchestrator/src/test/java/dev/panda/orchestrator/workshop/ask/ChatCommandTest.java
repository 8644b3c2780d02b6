package dev.panda.orchestrator.workshop.ask;

import static dev.panda.orchestrator.workshop.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.ChatMessage;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.orchestrator.testing.FakeServices;
import dev.panda.orchestrator.workshop.Ran;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatCommandTest {
  @Test
  void chatRefusesAPreferenceThatIsNotServedBeforeItTalks() throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief")) {
      Ran ran = panda("chat", "-p", "nope", "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).contains("--preference: nope (expected: kind, brief)");
    }
  }

  @Test
  void chatNamesItsCommandsIfOneIsUnknown() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      assertThat(chat(services, "/foo bar\n/preference nope\n").out())
          .contains(
              "unknown command /foo (commands: /preference, /lambda, /method, /reset, /help,"
                  + " /quit)",
              "--preference: nope (expected: kind)");
    }
  }

  @Test
  void chatHintsAtResetIfTheContextIsFull() throws IOException {
    String hint = "/reset forgets the conversation";
    try (FakeServices services = FakeServices.serving()) {
      services.failAfter(1, "prompt: 600 tokens (expected: fewer than the context length, 512)");
      assertThat(chat(services, "Why?\nHow?\n").out()).contains("prompt: 600 tokens", hint);
      services.failAfter(1, "k: 0 (expected: 1 to 256)");
      assertThat(chat(services, "Why?\nHow?\n").out()).contains("-k: 0").doesNotContain(hint);
      services.failAfter(0, "max_tokens: 900 (expected: at most 490, the context length 512 …)");
      assertThat(chat(services, "Why?\n").out()).contains("--max-tokens: 900").doesNotContain(hint);
    }
  }

  private static Ran chat(FakeServices services, String typed) {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
      return panda("chat", "--endpoint", services.endpoint());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void chatSendsTheWholeConversationAndObeysItsCommands() throws IOException {
    InputStream before = System.in;
    String typed =
        "Why?\n/preference kind=2\n/lambda constant\nHow?\n/reset\n/help\nWhen?\n/quit\n";
    try (FakeServices services = FakeServices.serving("kind")) {
      System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
      Ran ran = panda("chat", "--system", "Be kind.", "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out()).contains("How?", "(expected: constant:c", "/preference NAME");
      List<GenerateRequest> requests = services.requests();
      assertThat(requests.get(0).getMethod()).isEqualTo(Method.METHOD_GREEDY);
      assertThat(requests.get(1).getPreferences(0).getWeight()).isEqualTo(2);
      assertThat(requests.get(1).getChat().getMessagesList())
          .extracting(ChatMessage::getContent)
          .containsExactly("Be kind.", "Why?", "By METHOD_GREEDY, Why?", "How?");
      assertThat(requests.get(2).getChat().getMessagesList())
          .extracting(ChatMessage::getContent)
          .containsExactly("Be kind.", "When?");
    } finally {
      System.setIn(before);
    }
  }
}
