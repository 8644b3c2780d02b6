package dev.panda.orchestrator.workshop.models;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks up models and their reward models for commands, and reports what a user got wrong. */
public record ModelLookup(ModelFolders folders) {

  public static ModelLookup ofProcess() {
    return new ModelLookup(ModelFolders.ofProcess());
  }

  /**
   * Finds a model by name, or by the path of a folder or GGUF file.
   *
   * @return its absolute path
   * @throws CommandFailure if there is none, or its folder holds no checkpoint
   */
  public Path find(String nameOrPath) {
    Path model;
    try {
      model = folders.resolve(nameOrPath).toAbsolutePath().normalize();
    } catch (CheckpointException unknown) {
      throw failure(unknown.getMessage());
    }
    if (!ModelFolders.holdsCheckpoint(model)) {
      throw failure(
          "model: %s: %s holds no checkpoint (expected: a folder with config.json or *.gguf, or a .gguf file)"
              .formatted(nameOrPath, model));
    }
    return model;
  }

  private static CommandFailure failure(String message) {
    return new CommandFailure(
        message,
        "`deploy/panda models list` shows the models that are here; `deploy/panda models fetch"
            + " smollm2` brings SmolLM2 (98 MB, Apache-2.0).");
  }

  /**
   * The reward models of a model, by place and name. If two have one name, the first is the one
   * that services serve.
   */
  public List<RewardModelEntry> rewardModels(Path model) {
    return folders.rewardFolders(model).stream().flatMap(place -> in(place).stream()).toList();
  }

  private static List<RewardModelEntry> in(Path place) {
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(place)) {
      return folders.filter(RewardModelEntry::isIn).sorted().map(RewardModelEntry::new).toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
