package dev.panda.orchestrator.workshop.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where models lie: those that come with panda, then those of the user.
 *
 * @param bundled in the repository, {@code deploy/models}
 * @param home {@code $PANDA_HOME/models}
 */
record ModelFolders(Path bundled, Path home) {

  /**
   * The folders of this process: system property {@code panda.models}, variable {@code PANDA_HOME}.
   */
  static ModelFolders ofProcess() {
    String home = System.getenv("PANDA_HOME");
    Path base =
        home == null || home.isBlank()
            ? Path.of(System.getProperty("user.home"), ".panda")
            : Path.of(home);
    return new ModelFolders(
        Path.of(System.getProperty("panda.models", "deploy/models")), base.resolve("models"));
  }

  /** All models, the bundled ones first. */
  List<Path> all() throws IOException {
    List<Path> models = new ArrayList<>();
    for (Path folder : List.of(bundled, home)) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> children = Files.list(folder)) {
          children.filter(ModelFolders::isModel).sorted().forEach(models::add);
        }
      }
    }
    return models;
  }

  /**
   * Finds a model by name, or by the path of a folder or GGUF file.
   *
   * @throws CommandFailure listing the models there are
   */
  Path find(String name) throws IOException {
    for (Path candidate : List.of(bundled.resolve(name), home.resolve(name), Path.of(name))) {
      if (isModel(candidate)) {
        return candidate;
      }
    }
    List<String> names = all().stream().map(model -> model.getFileName().toString()).toList();
    throw new CommandFailure(
        "model: "
            + name
            + " (expected: "
            + (names.isEmpty() ? "" : String.join(", ", names) + " or ")
            + "a folder)",
        "`deploy/panda models list` shows what is here; `deploy/panda models fetch smollm2` brings"
            + " SmolLM2.");
  }

  /** Whether this is a GGUF file, or a folder that holds one or a Hugging Face checkpoint. */
  private static boolean isModel(Path path) {
    return (path.toString().endsWith(".gguf") && Files.isRegularFile(path))
        || Files.isRegularFile(path.resolve("config.json"))
        || ggufIn(path).isPresent();
  }

  /** The GGUF file of a folder. */
  static Optional<Path> ggufIn(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.gguf")) {
      for (Path file : files) {
        return Optional.of(file);
      }
      return Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
