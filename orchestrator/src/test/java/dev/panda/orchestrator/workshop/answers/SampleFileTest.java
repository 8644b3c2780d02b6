package dev.panda.orchestrator.workshop.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFileTest {
  private static final Conversation QUESTION = Conversation.ofQuestion("Why?");
  private static final SampleFile.Key FIRST = key("", 0);

  @TempDir private Path folder;
  private Path file;

  private static SampleFile.Key key(String instruction, int sample) {
    return new SampleFile.Key(QUESTION, instruction, sample);
  }

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("new/answers.jsonl");
  }

  private static ObjectNode answer(String text) {
    return JsonNodeFactory.instance.objectNode().put("text", text).put("repetition", 0.5);
  }

  @Test
  void readsItsAnswersWhenItIsOpenedAgain() throws IOException {
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      answers.add(FIRST, answer("So."));
      assertThat(answers.holds(FIRST)).isTrue();
    }
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      assertThat(answers.holds(FIRST)).isTrue();
      assertThat(answers.holds(key("", 1))).isFalse();
      assertThat(answers.holds(key("Be kind.", 0))).isFalse();
      SampleFile.Key other = new SampleFile.Key(Conversation.ofQuestion("How?"), "", 0);
      assertThat(answers.holds(other)).isFalse();
    }
  }

  @Test
  void writesTheTextAsTheResponse() throws IOException {
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      answers.add(key("Be kind.", 3), answer("So."));
    }
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}],"
                + "\"instruction\":\"Be kind.\",\"response\":\"So.\",\"sample\":3,\"repetition\":0.5}\n");
  }

  @Test
  void cutsOffALineThatAnInterruptionLeftUnfinished() throws IOException {
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      answers.add(FIRST, answer("So."));
    }
    String whole = Files.readString(file);
    Files.writeString(file, "{\"messages\":[{\"ro", StandardOpenOption.APPEND);
    try (SampleFile answers = SampleFile.open(file, "settings")) {
      assertThat(answers.holds(FIRST)).isTrue();
    }
    assertThat(Files.readString(file)).isEqualTo(whole);
  }

  @Test
  void refusesAnswersOfOtherSettings() throws IOException {
    SampleFile.open(file, "temperature: 1").close();
    try (SampleFile answers = SampleFile.open(file, "temperature: 1")) {
      answers.add(FIRST, answer("So."));
    }
    assertThatThrownBy(() -> SampleFile.open(file, "temperature: 2"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("drawn with other settings");
  }

  @Test
  void refusesAFileThatIsNotItsOwnAndDoesNotChangeIt() throws IOException {
    Path other = Files.writeString(folder.resolve("notes.txt"), "my notes");
    assertThatThrownBy(() -> SampleFile.open(other, "settings")).isInstanceOf(CommandFailure.class);
    assertThat(other).hasContent("my notes");
  }

  @Test
  void beginsNoFileWhoseSettingsCannotBeWritten() throws IOException {
    Files.createDirectories(SampleFile.settingsOf(file));
    assertThatThrownBy(() -> SampleFile.open(file, "settings")).isInstanceOf(IOException.class);
    assertThat(file).doesNotExist();
  }
}
