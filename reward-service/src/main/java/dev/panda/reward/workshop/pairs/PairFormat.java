package dev.panda.reward.workshop.pairs;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.ExampleFormat;
import dev.panda.transformer.workshop.training.ExampleLine;
import java.util.List;

/** The file format of preference pairs; unknown fields are ignored. */
public final class PairFormat {
  public static final ExampleFormat<PreferencePair> PAIRS =
      new ExampleFormat<>(
          "pair",
          "{\"messages\": [{\"role\": \"user\", \"content\": …}], \"chosen\": …, \"rejected\": …}",
          PairFormat::parse);

  private PairFormat() {}

  private static PreferencePair parse(ExampleLine line) {
    List<ChatMessage> messages = line.messages();
    String chosen = line.text("chosen");
    String rejected = line.text("rejected");
    if (chosen.equals(rejected)) {
      throw new IllegalArgumentException("rejected: equal to chosen (expected: another response)");
    }
    return new PreferencePair(messages, chosen, rejected);
  }
}
