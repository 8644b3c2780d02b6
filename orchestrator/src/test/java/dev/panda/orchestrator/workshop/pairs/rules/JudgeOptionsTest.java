package dev.panda.orchestrator.workshop.pairs.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeOptionsTest {
  private static final URI REMOTE = URI.create("https://judge.example/v1");

  @Test
  void aKeyIsReadWithoutBlanksAroundIt() {
    assertThat(JudgeOptions.key(Optional.of(" sk-secret\n"), REMOTE)).contains("sk-secret");
    assertThat(JudgeOptions.key(Optional.of(" \n"), REMOTE)).isEmpty();
    assertThat(JudgeOptions.key(Optional.empty(), REMOTE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sk-se\ncret", "sk-se cret", "sk-se\rcret", "sk-sécret", "sk-se\u0000cret"})
  void aMalformedKeyIsRefusedAndNotShown(String key) {
    assertThatThrownBy(() -> JudgeOptions.key(Optional.of(key), REMOTE))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("OPENAI_API_KEY: malformed (expected: printable ASCII without blanks)")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://judge.example/v1",
        "http://10.0.0.1:8000/v1",
        "http://127.0.0.1.judge.example/v1",
        "http://localhost.judge.example/v1"
      })
  void aKeyIsNotSentUnencryptedToAnotherMachine(String url) {
    assertThatThrownBy(() -> JudgeOptions.key(Optional.of("sk-secret"), URI.create(url)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--judge-url: " + url + " (expected: https://")
        .hasMessageNotContaining("sk-secret");
    assertThat(JudgeOptions.key(Optional.empty(), URI.create(url))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://127.0.0.1:8000/v1", "http://Localhost/v1", "http://[::1]:8000/v1"})
  void aServerOnThisMachineGetsTheKey(String url) {
    assertThat(JudgeOptions.key(Optional.of("sk-secret"), URI.create(url))).contains("sk-secret");
  }
}
