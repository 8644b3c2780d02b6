package dev.panda.reward.workshop.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The text of a command for a card: names files without their folders, and omits options that
 * concern only the machine.
 */
final class CommandText {
  private static final Set<String> MACHINE = Set.of("--cache", "--threads", "--overwrite");

  private CommandText() {}

  static String of(ParseResult parsed) {
    Stream<String> options =
        parsed.matchedOptions().stream()
            .filter(option -> !MACHINE.contains(option.longestName()))
            .map(CommandText::text);
    return Stream.concat(Stream.of("deploy/panda " + parsed.commandSpec().name()), options)
        .collect(Collectors.joining(" "));
  }

  private static String text(OptionSpec option) {
    Object value = option.getValue();
    if (option.longestName().equals("--model")) {
      value = Path.of(value.toString()); // a name, or a path
    }
    if (value instanceof Boolean) {
      return option.longestName();
    }
    String text =
        value instanceof List<?> list
            ? list.stream().map(CommandText::text).collect(Collectors.joining(","))
            : text(value);
    boolean plain = text.matches("[\\w.,/:+-]+");
    return option.longestName() + " " + (plain ? text : "'" + text.replace("'", "'\\''") + "'");
  }

  private static String text(Object value) {
    if (value instanceof Path path) {
      return path.toAbsolutePath().normalize().getFileName().toString();
    }
    return value instanceof Enum<?> e ? e.toString().toLowerCase(Locale.ROOT) : "" + value;
  }
}
