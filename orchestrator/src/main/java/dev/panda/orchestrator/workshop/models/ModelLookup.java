package dev.panda.orchestrator.workshop.models;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelFolders;
import java.nio.file.Path;

/** Looks up models for commands, and reports what a user got wrong. */
public record ModelLookup(ModelFolders folders) {

  /**
   * Finds a model by name, or by the path of a folder or GGUF file.
   *
   * @return its absolute path
   * @throws CommandFailure if there is none, or its folder holds no checkpoint
   */
  public Path find(String nameOrPath) {
    try {
      return folders.checkpoint(nameOrPath);
    } catch (CheckpointException unknown) {
      throw failure(unknown.getMessage());
    }
  }

  private static CommandFailure failure(String message) {
    return new CommandFailure(
        message,
        "`deploy/panda models list` shows the models that are here; `deploy/panda models fetch"
            + " smollm2` brings SmolLM2 (98 MB, Apache-2.0).");
  }
}
