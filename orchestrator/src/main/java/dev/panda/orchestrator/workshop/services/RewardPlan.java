package dev.panda.orchestrator.workshop.services;

import dev.panda.orchestrator.workshop.models.ModelLookup;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.checkpoint.RewardModelEntry;
import dev.panda.transformer.checkpoint.SequenceClassification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who serves a model's reward models: the base-model service holds all that read the model's own
 * weights, or a reward service serves them apart; each that the user named has a reward service of
 * its own.
 *
 * @param held whether the base-model service holds those that read the model's weights
 * @param services reward services; there may be none
 * @param notes what the user should know of reward models that are not served, or served twice; a
 *     sentence each
 */
record RewardPlan(boolean held, List<Served> services, List<String> notes) {
  private static final String NAME = "[a-z0-9][a-z0-9._-]*";

  /**
   * A reward service.
   *
   * @param preference folder of the only reward model that it serves; empty is all that it finds
   */
  record Served(String service, Optional<Path> preference) {}

  /**
   * Plans for a model.
   *
   * @param named what the user named with {@code --preference}
   * @param asNamed the model as the user named it
   * @param apart whether a reward service serves what the base-model service could hold
   * @throws IllegalArgumentException if a reward model that is named is not there
   */
  static RewardPlan of(
      Path model, String asNamed, List<String> named, boolean apart, Installation installation) {
    Map<String, RewardModelEntry> present = present(installation.models(), model);
    Map<String, Path> own = own(named, present, ModelFolders.name(model));
    boolean configured =
        installation.configures("panda.reward.preferences")
            || installation.configures("panda.reward.model-roots");
    boolean shared = present.values().stream().anyMatch(RewardModelEntry::isShared);
    boolean held =
        shared && !apart && !configured && !installation.configures("panda.base-model.preferences");
    List<Served> services = new ArrayList<>();
    if (configured || (shared && !held) || isClassifier(model)) {
      services.add(new Served(Service.REWARD, Optional.empty()));
    }
    own.forEach(
        (name, folder) ->
            services.add(
                new Served(
                    services.isEmpty() ? Service.REWARD : Service.ofPreference(name),
                    Optional.of(folder))));
    List<String> notes = new ArrayList<>();
    for (String name : own.keySet()) {
      if (present.containsKey(name) && present.get(name).isShared()) {
        notes.add(
            name
                + (held
                    ? " needs no service of its own: the base-model service holds it, and comes first."
                    : " needs no service of its own: the shared reward service serves it too, unless"
                        + " panda.reward.preferences leaves it out. It now has a second service."));
      }
    }
    if (!configured) {
      notes.addAll(leftOut(present, own, asNamed, !held && services.isEmpty()));
    }
    return new RewardPlan(held, List.copyOf(services), List.copyOf(notes));
  }

  /** Whether answers can follow a preference. */
  boolean guides() {
    return held || !services.isEmpty();
  }

  /** The reward models of the model by name, each in the first place that has it. */
  private static Map<String, RewardModelEntry> present(ModelLookup models, Path model) {
    Map<String, RewardModelEntry> present = new LinkedHashMap<>();
    models
        .folders()
        .rewardModels(model)
        .forEach(reward -> present.putIfAbsent(reward.name(), reward));
    return present;
  }

  /** The folders of the reward models that are named, by their name. */
  private static Map<String, Path> own(
      List<String> named, Map<String, RewardModelEntry> present, String model) {
    Map<String, Path> own = new LinkedHashMap<>();
    for (String nameOrPath : named) {
      RewardModelEntry reward =
          present.containsKey(nameOrPath)
              ? present.get(nameOrPath)
              : new RewardModelEntry(Path.of(nameOrPath).toAbsolutePath().normalize());
      String name = reward.folder().getFileName() == null ? "" : reward.name();
      if (nameOrPath.isBlank() || !name.matches(NAME)) {
        throw new IllegalArgumentException(
            "--preference: %s (expected: a name in lower-case letters, digits, dots, dashes)"
                .formatted(nameOrPath));
      }
      if (!RewardModelEntry.isIn(reward.folder())) {
        throw new IllegalArgumentException(
            "--preference: %s (expected: a reward model of %s, or a folder with reward.json)"
                .formatted(nameOrPath, model));
      }
      if (own.put(name, reward.folder()) != null) {
        throw new IllegalArgumentException(
            "--preference: %s (expected: each once)".formatted(name));
      }
    }
    return own;
  }

  private static List<String> leftOut(
      Map<String, RewardModelEntry> present,
      Map<String, Path> own,
      String model,
      boolean nothingServed) {
    List<String> notes = new ArrayList<>();
    String up = "`deploy/panda up --model " + model + " --preference %s` serves it.";
    for (RewardModelEntry reward : present.values()) {
      boolean ownWeights = reward.hasOwnWeights();
      if (!own.containsKey(reward.name()) && (ownWeights || (nothingServed && reward.judges()))) {
        notes.add(
            "Not served: %s, which %s; "
                    .formatted(reward.name(), ownWeights ? "has weights of its own" : "is a judge")
                + up.formatted(reward.name()));
      }
    }
    if (nothingServed) {
      notes.add(
          "No reward model is served, so answers follow no preference. `deploy/panda make-pairs`"
              + " and `deploy/panda train-reward -m "
              + model
              + "` make one.");
    }
    return notes;
  }

  /** Whether the checkpoint is a reward model itself. */
  private static boolean isClassifier(Path model) {
    try (Checkpoint checkpoint = Checkpoints.open(model)) {
      return checkpoint.tensors().containsKey(SequenceClassification.SCORE);
    } catch (CheckpointException refusedByTheServices) {
      return false;
    }
  }
}
