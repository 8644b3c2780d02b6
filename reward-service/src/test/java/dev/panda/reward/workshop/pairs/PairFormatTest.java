package dev.panda.reward.workshop.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.ExampleReader;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairFormatTest {
  private static final String GOOD =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}],\"chosen\":\"yes\",\"rejected\":\"no\"}";

  @TempDir private Path folder;

  @Test
  void readsConversationsAndBothResponses() throws IOException {
    Path file = write(GOOD.replace("{\"messages\"", "{\"score\":3,\"messages\""));

    assertThat(new ExampleReader<>(PairFormat.PAIRS, false).read(file).examples())
        .containsExactly(new PreferencePair(List.of(new ChatMessage("user", "Why?")), "yes", "no"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                                        | ARRAY (expected: an object
          {"messages":[{"role":"user","content":"a"}],"rejected":"c"}               | chosen: missing (expected: text)
          {"messages":[{"role":"user","content":"a"}],"chosen":"","rejected":"c"}   | chosen: empty (expected: text)
          {"messages":[{"role":"user","content":"a"}],"chosen":7,"rejected":"c"}    | chosen: number (expected: text)
          {"messages":[{"role":"user","content":"a"}],"chosen":"b"}                 | rejected: missing (expected: text)
          {"messages":[{"role":"user","content":"a"}],"chosen":"b","rejected":"b"}  | rejected: equal to chosen
          {"chosen":"b","rejected":"c"}                                             | messages: missing
          """)
  void refusesALineAndNamesItAndTheField(String line, String message) throws IOException {
    Path file = write(GOOD + "\n" + GOOD + "\n" + line + "\n" + GOOD + "\n");

    assertThatThrownBy(() -> new ExampleReader<>(PairFormat.PAIRS, false).read(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(file + ", line 3: ")
        .hasMessageContaining(message);
    assertThat(new ExampleReader<>(PairFormat.PAIRS, true).read(file).examples()).hasSize(3);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("pairs.jsonl"), text);
  }
}
