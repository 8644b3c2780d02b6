package dev.panda.orchestrator.workshop.cli;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a regular expression. */
public final class PatternConverter implements ITypeConverter<Pattern> {

  @Override
  public Pattern convert(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException malformed) {
      throw new TypeConversionException(
          "%s (expected: a regular expression; %s)"
              .formatted(text, malformed.getDescription().toLowerCase(Locale.ROOT)));
    }
  }
}
