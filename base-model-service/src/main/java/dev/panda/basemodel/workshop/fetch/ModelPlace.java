package dev.panda.basemodel.workshop.fetch;

import dev.panda.transformer.checkpoint.ModelFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a model goes: it is gathered in {@code .fetching/NAME} beside the models, and moved when it
 * is whole, so that no command finds half a model.
 *
 * @param name by which commands find it
 */
public record ModelPlace(ModelFolders folders, String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,95}");

  /**
   * Checks the name.
   *
   * @throws FetchException if it can't be the name of a model, or another model has it
   */
  public ModelPlace {
    if (!NAME.matcher(name).matches()) {
      throw new FetchException(
          "name: " + name + " (expected: letters, digits, dots, dashes and underscores)",
          "Give another with --name.");
    }
    for (Path root : folders.roots()) {
      if (ModelFolders.holdsCheckpoint(root.resolve(name))) {
        throw new FetchException(
            "name: %s (expected: one that no model has; %s is one)"
                .formatted(name, root.resolve(name)),
            "Give another with --name, or remove that model first.");
      }
    }
  }

  /** The model's folder. */
  public Path folder() {
    return folders.own().resolve(name);
  }

  /** Creates the folder in which the model is gathered. */
  Path gathering() throws IOException {
    return Files.createDirectories(folders.own().resolve(".fetching").resolve(name));
  }

  /** Moves the whole model to its folder, at once unless that holds reward models already. */
  void finish() throws IOException {
    Path gathering = gathering();
    if (!Files.exists(folder())) {
      Files.move(gathering, folder(), StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    for (Path file : inOrder(gathering)) {
      Files.move(file, folder().resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.delete(gathering);
  }

  /** The files, last the one that makes the folder a model's. */
  private static List<Path> inOrder(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .sorted(
              Comparator.comparing((Path file) -> file.endsWith("config.json"))
                  .thenComparing(Comparator.reverseOrder()))
          .toList();
    }
  }
}
