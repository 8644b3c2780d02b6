package dev.panda.transformer.checkpoint;

import static java.util.stream.Collectors.joining;

import dev.panda.transformer.checkpoint.gguf.GgufFiles;
import java.io.File;
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
 * Finds models, and what lies beside them. Every command and every service looks models up here.
 *
 * @param roots folders that hold a folder or a GGUF file for each model; an earlier root goes first
 */
public record ModelFolders(List<Path> roots) {
  public ModelFolders {
    roots = List.copyOf(roots);
  }

  /**
   * The folders of this process: the installation is the system property {@code panda.root}, or
   * else the working directory.
   */
  public static ModelFolders ofProcess() {
    return standard(Optional.of(Path.of(System.getProperty("panda.root", ""))), System.getenv());
  }

  /**
   * The usual folders: the installation's {@code deploy/models}, then {@code models} in {@code
   * PANDA_HOME}, which is {@code ~/.panda} unless set.
   *
   * @param installation the folder that holds {@code deploy}, if it is known
   */
  public static ModelFolders standard(
      Optional<Path> installation, Map<String, String> environment) {
    List<Path> roots = new ArrayList<>();
    installation.ifPresent(folder -> roots.add(folder.resolve("deploy").resolve("models")));
    roots.add(home(environment).resolve("models"));
    return new ModelFolders(roots);
  }

  /** The folder of the user's own files: {@code PANDA_HOME}, or {@code ~/.panda} unless set. */
  public static Path home(Map<String, String> environment) {
    String home = environment.getOrDefault("PANDA_HOME", "");
    return home.isBlank() ? Path.of(System.getProperty("user.home"), ".panda") : Path.of(home);
  }

  /** The last root, where models and reward models of the user's own go. */
  public Path own() {
    return roots.get(roots.size() - 1);
  }

  /**
   * A model's folder or file. A plain word is a name: each root is asked for it in turn, then the
   * working directory. What holds a slash, or is {@code .} or {@code ..}, is a path. A place with a
   * checkpoint goes before one without, such as a folder of reward models alone.
   *
   * @throws CheckpointException if there is none; the message names the models there are, and where
   *     they are looked for
   */
  public Path resolve(String nameOrPath) {
    if (nameOrPath.isBlank()) {
      throw new CheckpointException("model: empty (expected: a name or a path)");
    }
    try {
      List<Path> candidates = new ArrayList<>();
      if (isName(nameOrPath)) {
        roots.forEach(root -> candidates.add(root.resolve(nameOrPath)));
      }
      candidates.add(Path.of(nameOrPath));
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

  private static boolean isName(String nameOrPath) {
    return !nameOrPath.contains("/")
        && !nameOrPath.contains(File.separator)
        && !nameOrPath.equals(".")
        && !nameOrPath.equals("..");
  }

  private CheckpointException unknown(String nameOrPath) {
    if (!isName(nameOrPath)) {
      return new CheckpointException(
          "model: %s (expected: a folder or a .gguf file that exists)".formatted(nameOrPath));
    }
    String names =
        all().stream().map(model -> model.getFileName() + ", ").distinct().collect(joining());
    return new CheckpointException(
        "model: %s (expected: %sa path; names are looked for in %s)"
            .formatted(nameOrPath, names.isEmpty() ? "" : names + "or ", roots));
  }

  /** The models of all roots; those of an earlier root go first. */
  public List<Path> all() {
    return roots.stream().flatMap(root -> modelsIn(root).stream()).toList();
  }

  private static List<Path> modelsIn(Path root) {
    try (Stream<Path> models = Files.list(root)) {
      return models
          .filter(ModelFolders::holdsCheckpoint)
          .filter(model -> !Files.isRegularFile(model) || GgufFiles.first(model).equals(model))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException unreadable) {
      return List.of();
    }
  }

  /** Whether this is a GGUF file, or a folder that holds one or a Hugging Face checkpoint. */
  public static boolean holdsCheckpoint(Path path) {
    if (Files.isRegularFile(path)) {
      return GgufFiles.isNamed(path);
    }
    if (Files.isRegularFile(path.resolve("config.json"))) {
      return true;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.gguf")) {
      return files.iterator().hasNext();
    } catch (IOException unreadable) {
      return false;
    }
  }

  /** The name of a checkpoint: that of its folder, or of its GGUF file without what ends it. */
  public static String name(Path checkpoint) {
    Path name = checkpoint.toAbsolutePath().normalize().getFileName();
    return GgufFiles.isNamed(name) ? GgufFiles.name(name) : name.toString();
  }

  /**
   * Finds a model as {@link #resolve} does, and requires that it holds a checkpoint.
   *
   * @return its absolute path
   * @throws CheckpointException if there is none, or its folder holds no checkpoint
   */
  public Path checkpoint(String nameOrPath) {
    Path model = resolve(nameOrPath).toAbsolutePath().normalize();
    if (!holdsCheckpoint(model)) {
      throw new CheckpointException(
          "model: %s: %s holds no checkpoint (expected: a folder with config.json or *.gguf, or a .gguf file)"
              .formatted(nameOrPath, model));
    }
    return model;
  }

  /**
   * The reward models of a model, by place and name. If two have one name, the first is the one
   * that services serve.
   */
  public List<RewardModelEntry> rewardModels(Path model) {
    return rewardFolders(model).stream().flatMap(place -> rewardModelsIn(place).stream()).toList();
  }

  private static List<RewardModelEntry> rewardModelsIn(Path place) {
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(place)) {
      return folders.filter(RewardModelEntry::isIn).sorted().map(RewardModelEntry::new).toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Where the reward models of a model lie, a folder each, whether or not these places exist:
   * {@code rewards} in the model's folder, then in the folder of its name below each root. If two
   * reward models have one name, the one in the earlier place counts.
   */
  public List<Path> rewardFolders(Path model) {
    Stream<Path> named = roots.stream().map(root -> root.resolve(name(model)));
    return Stream.concat(Stream.of(model), named)
        .map(folder -> folder.resolve("rewards").toAbsolutePath().normalize())
        .distinct()
        .toList();
  }
}
