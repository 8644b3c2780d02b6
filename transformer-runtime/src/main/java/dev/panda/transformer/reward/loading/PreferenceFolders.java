package dev.panda.transformer.reward.loading;

import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.RewardModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds the folders of a backbone's reward models by name, in all places where they may lie. */
public final class PreferenceFolders {
  private final List<Path> parents;

  /**
   * @param backbone the backbone's folder or GGUF file
   */
  public PreferenceFolders(ModelFolders models, Path backbone) {
    this.parents = models.rewardFolders(backbone);
  }

  /** The folders in which reward models are looked up. */
  List<Path> parents() {
    return parents;
  }

  /** The folder of the reward model with a name, if there is one. */
  public Optional<Path> find(String name) {
    return parents.stream()
        .map(parent -> parent.resolve(name))
        .filter(RewardModelFolder::hasCard)
        .findFirst();
  }

  /** Every folder with a card. */
  List<Path> all() {
    Map<String, Path> byName = new TreeMap<>();
    for (Path parent : parents) {
      for (Path folder : foldersOf(parent)) {
        byName.putIfAbsent(folder.getFileName().toString(), folder);
      }
    }
    return List.copyOf(byName.values());
  }

  /**
   * Finds the folder of a reward model by name or path.
   *
   * @throws RewardModelException if there is no such folder with a card
   */
  public Path resolve(String nameOrPath) {
    List<Path> candidates = new ArrayList<>();
    try {
      parents.forEach(parent -> candidates.add(parent.resolve(nameOrPath)));
      candidates.add(Path.of(nameOrPath));
    } catch (InvalidPathException e) {
      throw new RewardModelException("preference: " + nameOrPath + ": " + e.getReason(), e);
    }
    return candidates.stream()
        .filter(RewardModelFolder::hasCard)
        .findFirst()
        .orElseThrow(() -> unknown(nameOrPath));
  }

  private RewardModelException unknown(String nameOrPath) {
    List<String> names = all().stream().map(folder -> folder.getFileName().toString()).toList();
    String expected =
        names.isEmpty()
            ? "a folder with reward.json; none found in " + parents
            : String.join(", ", names) + " or a folder with reward.json";
    if (Files.isRegularFile(Path.of(nameOrPath, "config.json"))) {
      expected +=
          "; a sequence classifier is given as the model, with panda.reward.model or --model";
    } else if (Files.isRegularFile(Path.of(nameOrPath, "adapter_config.json"))) {
      expected +=
          "; an adapter needs reward.json and head.safetensors beside it, or merge it with PEFT's"
              + " merge_and_unload into a sequence classifier, which is given as the model";
    }
    return new RewardModelException(
        "preference: %s (expected: %s)".formatted(nameOrPath, expected));
  }

  private static List<Path> foldersOf(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(parent)) {
      return folders.filter(RewardModelFolder::hasCard).sorted().toList();
    } catch (IOException e) {
      throw new RewardModelException(parent + ": cannot be listed: " + e.getMessage(), e);
    }
  }
}
