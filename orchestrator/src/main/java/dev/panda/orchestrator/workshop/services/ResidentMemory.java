package dev.panda.orchestrator.workshop.services;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resident memory of processes. */
final class ResidentMemory {
  private static final Pattern ON_LINUX = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern NUMBER = Pattern.compile("(\\d+)");

  private ResidentMemory() {}

  /** What a process has in memory, as people write it; empty if the system does not say. */
  static Optional<String> of(ProcessHandle process) {
    return kibibytes(process.pid()).map(ResidentMemory::inWords);
  }

  static String inWords(long kibibytes) {
    double megabytes = kibibytes * 1024 / 1e6;
    return megabytes < 1000
        ? "%.0f MB".formatted(megabytes)
        : String.format(Locale.ROOT, "%.1f GB", megabytes / 1000);
  }

  private static Optional<Long> kibibytes(long pid) {
    try {
      return number(ON_LINUX, Files.readString(Path.of("/proc", Long.toString(pid), "status")));
    } catch (IOException elsewhere) {
      return askPs(pid);
    }
  }

  private static Optional<Long> askPs(long pid) {
    try {
      Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
      try (BufferedReader said = ps.inputReader(StandardCharsets.US_ASCII)) {
        return Optional.ofNullable(said.readLine()).flatMap(line -> number(NUMBER, line));
      }
    } catch (IOException noPs) {
      return Optional.empty();
    }
  }

  private static Optional<Long> number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find() ? Optional.of(Long.parseLong(found.group(1))) : Optional.empty();
  }
}
