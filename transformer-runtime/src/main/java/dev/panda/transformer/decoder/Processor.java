package dev.panda.transformer.decoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** This machine's processor. */
final class Processor {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** Its name, as far as the system tells, and the number of processors. */
  static String name() {
    return "%d × %s".formatted(Runtime.getRuntime().availableProcessors(), model());
  }

  private static String model() {
    if (Files.isReadable(LINUX)) {
      try (Stream<String> lines = Files.lines(LINUX)) {
        String model =
            lines
                .filter(line -> line.startsWith("model name") || line.startsWith("model\t"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .distinct()
                .limit(2)
                .reduce("", (left, right) -> left + " " + right);
        if (!model.isBlank()) {
          return model.trim();
        }
      } catch (IOException e) {
        // the system's own words below
      }
    }
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }
}
