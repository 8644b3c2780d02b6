package dev.panda.reward.model;

import dev.panda.reward.head.RewardModelException;
import dev.panda.reward.head.RewardModelFolder;
import dev.panda.transformer.checkpoint.ModelFolders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reward models of one backbone, whatever weights they read: a service serves one part, a command
 * reads them all.
 *
 * @param parts what reads the backbone as it is, and each that has weights of its own; at least one
 */
public record LoadedRewards(List<ServedRewards> parts) implements AutoCloseable {

  public LoadedRewards {
    parts = List.copyOf(parts);
  }

  /**
   * Loads those chosen; the caller closes them. Where none are named, those with weights of their
   * own are left out.
   *
   * @param notices as for {@link RewardLoader}
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a checkpoint's file cannot be
   *     used
   * @throws RewardModelException if a reward model cannot be used, there is none, or two have one
   *     name
   * @throws IllegalArgumentException if an option does not fit the model or the machine
   */
  public static LoadedRewards load(RewardOptions options, Consumer<String> notices) {
    List<ServedRewards> parts = new ArrayList<>();
    try {
      for (RewardOptions part : byWeights(options)) {
        parts.add(new RewardLoader(part, notices).load());
      }
      requireDifferentNames(parts);
      return new LoadedRewards(parts);
    } catch (RuntimeException e) {
      parts.forEach(ServedRewards::close);
      throw e;
    }
  }

  private static List<RewardOptions> byWeights(RewardOptions options) {
    if (options.preferences().isEmpty()) {
      return List.of(options);
    }
    Path path = new ModelFolders(options.modelRoots()).resolve(options.model());
    PreferenceFolders folders =
        new PreferenceFolders(path, Backbone.name(path), options.modelRoots());
    List<List<String>> parts = new ArrayList<>();
    List<String> shared = new ArrayList<>();
    for (String name : options.preferences().get()) {
      if (RewardModelFolder.readCard(folders.resolve(name)).hasOwnWeights()) {
        parts.add(List.of(name));
      } else {
        shared.add(name);
      }
    }
    if (!shared.isEmpty()) {
      parts.add(0, shared);
    }
    return parts.stream().map(options::withPreferences).toList();
  }

  private static void requireDifferentNames(List<ServedRewards> parts) {
    Set<String> names = new HashSet<>();
    parts.stream()
        .flatMap(part -> part.models().stream())
        .map(model -> model.card().preference())
        .filter(name -> !names.add(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new RewardModelException(
                  "preference: %s twice (expected: reward models of different names)"
                      .formatted(name));
            });
  }

  @Override
  public void close() {
    parts.forEach(ServedRewards::close);
  }
}
