package dev.panda.orchestrator.workshop.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes, as in {@code 270M}, or takes the size of a file. */
final class WeightsConverter implements ITypeConverter<Long> {
  private static final Pattern BYTES = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)([kMG]?)B?");

  @Override
  public Long convert(String text) {
    Matcher bytes = BYTES.matcher(text);
    long weights =
        bytes.matches()
            ? (long) (Double.parseDouble(bytes.group(1)) * unit(bytes.group(2)))
            : sizeOf(text);
    if (weights < 1) {
      throw malformed(text);
    }
    return weights;
  }

  private static double unit(String letter) {
    return switch (letter) {
      case "k" -> 1e3;
      case "M" -> 1e6;
      case "G" -> 1e9;
      default -> 1;
    };
  }

  private static long sizeOf(String text) {
    try {
      Path file = Path.of(text);
      if (Files.isRegularFile(file)) {
        return Files.size(file);
      }
    } catch (IOException | InvalidPathException unreadable) {
      throw malformed(text);
    }
    throw malformed(text);
  }

  private static TypeConversionException malformed(String text) {
    return new TypeConversionException(text + " (expected: a file, or bytes like 270M or 1.5G)");
  }
}
