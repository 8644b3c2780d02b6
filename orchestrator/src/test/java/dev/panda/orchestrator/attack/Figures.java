package dev.panda.orchestrator.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** What attacks measured: a line each in {@code target/attacks.txt}. */
final class Figures {
  private static final Path FILE = Path.of("target", "attacks.txt");

  static {
    try {
      Files.deleteIfExists(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Figures() {}

  /** Writes a line of two columns, attack and figure. */
  static void write(String attack, String figure, Object... values) {
    String line = "%-28s | %s%n".formatted(attack, String.format(Locale.ROOT, figure, values));
    System.out.print(line);
    try {
      Files.writeString(FILE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
