package dev.panda.transformer.tokenizer;

import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads and uses each tokenizer of a folder, in a process of its own that may die: writes each
 * one's refusal, or {@code loaded}, beside it.
 */
final class LoadEach {
  private static final List<String> TEXTS =
      List.of("", " ", "aé世 👍", "<|im_end|>a  <|im_start|>\n", "a".repeat(10_000));

  private LoadEach() {}

  public static void main(String[] arguments) throws IOException {
    List<Path> folders;
    try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
      folders = all.sorted().toList();
    }
    for (Path folder : folders) {
      Files.writeString(folder.resolve("outcome"), load(folder));
    }
  }

  private static String load(Path folder) {
    try (Tokenizer tokenizer = Tokenizers.open(folder)) {
      for (String text : TEXTS) {
        tokenizer.decode(tokenizer.encode(text, true), true);
      }
      return "loaded";
    } catch (CheckpointException refused) {
      return refused.getMessage();
    }
  }
}
