package dev.panda.transformer.checkpoint;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where models are looked for by name.
 *
 * @param roots folders that have a folder or file for each model, the first to be asked first
 */
public record ModelFolders(List<Path> roots) {

  public ModelFolders {
    roots = List.copyOf(roots);
  }

  /**
   * The usual ones: the installation's {@code deploy/models}, then {@code models} in {@code
   * PANDA_HOME}, which is {@code ~/.panda} unless set.
   *
   * @param installation the folder that holds {@code deploy}, where it is known
   */
  public static ModelFolders standard(
      Optional<Path> installation, Map<String, String> environment) {
    List<Path> roots = new ArrayList<>();
    installation.ifPresent(folder -> roots.add(folder.resolve("deploy").resolve("models")));
    String home = environment.getOrDefault("PANDA_HOME", "");
    roots.add(
        (home.isBlank() ? Path.of(System.getProperty("user.home"), ".panda") : Path.of(home))
            .resolve("models"));
    return new ModelFolders(roots);
  }

  /**
   * A model's folder or file: a path that exists as it is, else the first root's entry of that
   * name; one that holds a checkpoint before one that doesn't, like a folder of reward models
   * alone.
   *
   * @throws CheckpointException if there is none, naming those there are and where they are looked
   *     for
   */
  public Path resolve(String nameOrPath) {
    if (nameOrPath.isBlank()) {
      throw new CheckpointException("model: empty (expected: a name or a path)");
    }
    try {
      List<Path> candidates = new ArrayList<>(List.of(Path.of(nameOrPath)));
      roots.forEach(root -> candidates.add(root.resolve(nameOrPath)));
      List<Path> existing = candidates.stream().filter(Files::exists).toList();
      if (existing.isEmpty()) {
        throw unknown(nameOrPath);
      }
      return existing.stream()
          .filter(ModelFolders::holdsCheckpoint)
          .findFirst()
          .orElse(existing.get(0));
    } catch (InvalidPathException e) {
      throw new CheckpointException("model: " + nameOrPath + ": " + e.getReason(), e);
    }
  }

  private CheckpointException unknown(String nameOrPath) {
    String names =
        roots.stream()
            .flatMap(ModelFolders::modelsIn)
            .map(model -> model.getFileName() + ", ")
            .distinct()
            .collect(joining());
    return new CheckpointException(
        "model: %s (expected: %sa path; names are looked for in %s)"
            .formatted(nameOrPath, names.isEmpty() ? "" : names + "or ", roots));
  }

  private static Stream<Path> modelsIn(Path root) {
    try (Stream<Path> models = Files.list(root)) {
      return models
          .filter(model -> Files.isDirectory(model) || model.toString().endsWith(".gguf"))
          .filter(ModelFolders::holdsCheckpoint)
          .sorted()
          .toList()
          .stream();
    } catch (IOException | UncheckedIOException unreadable) {
      return Stream.empty();
    }
  }

  private static boolean holdsCheckpoint(Path path) {
    if (Files.isRegularFile(path) || Files.exists(path.resolve("config.json"))) {
      return true;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.gguf")) {
      return files.iterator().hasNext();
    } catch (IOException unreadable) {
      return false;
    }
  }
}
