package dev.panda.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFileTest {
  private static final Conversation QUESTION = Conversation.ofQuestion("Why?");

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("new/answers.jsonl");
  }

  private static ObjectNode answer(String text) {
    return JsonNodeFactory.instance.objectNode().put("text", text).put("repetition", 0.5);
  }

  @Test
  void knowsWhatItHoldsWhenItIsOpenedAgain() throws IOException {
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      answers.add(QUESTION, 0, answer("So."));
      assertThat(answers.holds(QUESTION, 0)).isTrue();
    }
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      assertThat(answers.holds(QUESTION, 0)).isTrue();
      assertThat(answers.holds(QUESTION, 1)).isFalse();
      assertThat(answers.holds(Conversation.ofQuestion("How?"), 0)).isFalse();
    }
  }

  @Test
  void writesTheTextAsTheResponse() throws IOException {
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      answers.add(QUESTION, 3, answer("So."));
    }
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}],\"response\":\"So.\","
                + "\"sample\":3,\"repetition\":0.5}\n");
  }

  @Test
  void cutsOffALineThatAnInterruptionLeftUnfinished() throws IOException {
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      answers.add(QUESTION, 0, answer("So."));
    }
    String whole = Files.readString(file);
    Files.writeString(file, "{\"messages\":[{\"ro", StandardOpenOption.APPEND);
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      assertThat(answers.holds(QUESTION, 0)).isTrue();
    }
    assertThat(Files.readString(file)).isEqualTo(whole);
  }

  @Test
  void refusesAnswersOfOtherSettings() throws IOException {
    SampleFile.open(file, "temperature: 1").close();
    try (SampleFile answers = SampleFile.open(file, "temperature: 1")) {
      answers.add(QUESTION, 0, answer("So."));
    }
    assertThatThrownBy(() -> SampleFile.open(file, "temperature: 2"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("drawn with other settings");
  }

  @Test
  void refusesAFileThatIsNotItsOwnAndLeavesItAsItWas() throws IOException {
    Path other = Files.writeString(folder.resolve("notes.txt"), "my notes");
    assertThatThrownBy(() -> SampleFile.open(other, "settings")).isInstanceOf(CommandFailure.class);
    assertThat(other).hasContent("my notes");
  }
}
