package dev.panda.orchestrator.workshop.services;

import dev.panda.orchestrator.workshop.models.ModelLookup;
import dev.panda.transformer.checkpoint.ModelFolders;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkout that the services are started from.
 *
 * @param root its folder; services run here, so that {@code config/application.properties} below it
 *     is theirs
 * @param environment of this process, which the services inherit
 */
record Installation(Path root, Map<String, String> environment) {
  private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC\\b");

  /** The installation of this process: the system property {@code panda.root}. */
  static Installation ofProcess() {
    return new Installation(
        Path.of(System.getProperty("panda.root", "")).toAbsolutePath().normalize(),
        System.getenv());
  }

  /**
   * The folder with process ids and logs: in {@code PANDA_HOME} if set, or else in the checkout.
   */
  RunFolder run() {
    String home = environment.getOrDefault("PANDA_HOME", "");
    Path parent = home.isBlank() ? root.resolve("deploy") : Path.of(home);
    return new RunFolder(parent.resolve("run").toAbsolutePath().normalize());
  }

  ModelLookup models() {
    return new ModelLookup(ModelFolders.standard(Optional.of(root), environment));
  }

  /** The words of {@code PANDA_JAVA_OPTIONS}, which every JVM is given. */
  String[] javaOptions() {
    String options = environment.getOrDefault("PANDA_JAVA_OPTIONS", "").strip();
    return options.isEmpty() ? new String[0] : options.split("\\s+");
  }

  /** Whether the user names a garbage collector; Java takes one only. */
  boolean choosesCollector() {
    return Stream.of("PANDA_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")
        .map(variable -> environment.getOrDefault(variable, ""))
        .anyMatch(options -> COLLECTOR.matcher(options).find());
  }

  /** Whether the user set a key of the services, wherever that can be done. */
  boolean configures(String key) {
    String variable = key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    for (String option : javaOptions()) {
      if (option.startsWith("-D" + key + "=")) {
        return true;
      }
    }
    return !environment.getOrDefault(variable, "").isBlank() || file().containsKey(key);
  }

  private Properties file() {
    Properties properties = new Properties();
    Path file = root.resolve("config").resolve("application.properties");
    if (Files.isRegularFile(file)) {
      try (Reader lines = Files.newBufferedReader(file)) {
        properties.load(lines);
      } catch (IOException | IllegalArgumentException unreadable) {
        return properties; // the services refuse it and say why
      }
    }
    return properties;
  }
}
