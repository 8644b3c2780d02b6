package dev.panda.transformer.workshop.cli;

import java.util.EnumSet;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/** Parses enum values in the form that people write: {@code low-rank} is {@code LOW_RANK}. */
record EnumWords<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {

  /** Registers a converter for every enum among the arguments of a command and its subcommands. */
  static void register(CommandLine command) {
    for (ArgSpec argument : command.getCommandSpec().args()) {
      for (Class<?> type : argument.auxiliaryTypes()) {
        if (type.isEnum()) {
          register(command, type);
        }
      }
    }
    command.getSubcommands().values().forEach(EnumWords::register);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void register(CommandLine command, Class type) {
    command.registerConverter(type, new EnumWords<>(type));
  }

  @Override
  public E convert(String text) {
    return EnumSet.allOf(type).stream()
        .filter(value -> word(value).equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    EnumSet.allOf(type).stream()
                        .map(EnumWords::word)
                        .collect(Collectors.joining(", ", text + " (expected: ", ")"))));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
