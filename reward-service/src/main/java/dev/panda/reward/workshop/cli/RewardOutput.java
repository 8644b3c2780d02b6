package dev.panda.reward.workshop.cli;

import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.loading.Backbone;
import dev.panda.transformer.reward.loading.PreferenceFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The output folder of a command that makes a reward model. */
final class RewardOutput {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description =
          "Folder for the reward model (default: rewards/NAME in the model's folder; for a bundled model, in"
              + " the folder of its name below $PANDA_HOME/models).")
  private Path output;

  @Option(names = "--overwrite", description = "Replace an existing reward model.")
  private boolean overwrite;

  private boolean isNamed() {
    return output != null;
  }

  /**
   * The folder for the reward model; it contains nothing else.
   *
   * @throws ParameterException if the reward model cannot be written there
   */
  Path folder(BackboneOptions backbone, String preference) {
    Path folder =
        output == null
            ? byDefault(backbone, backbone.path(), preference)
            : output.toAbsolutePath().normalize();
    if (folder.getFileName() == null) {
      throw misuse("--output: %s (expected: a folder with a name)", output);
    }
    require(backbone, folder, preference);
    return folder;
  }

  /** A hint on how to use the reward model in a folder, if there is one. */
  Optional<String> use(BackboneOptions backbone, RewardCard card, Path folder) {
    String name = isNamed() ? folder.toString() : card.preference();
    if (card.hasOwnWeights()) {
      return Optional.of(
          "It has weights of its own. To serve it: deploy/panda up --model %s --preference %s"
              .formatted(backbone.model(), name));
    }
    if (card.judges()) {
      return Optional.of(
          "It judges answers: deploy/panda score -m %s -p %s. Services load it only if it is named."
              .formatted(backbone.model(), name));
    }
    return isNamed() ? Optional.empty() : Optional.of("Services load it when they start.");
  }

  private void require(BackboneOptions backbone, Path folder, String preference) {
    requireFree(folder);
    if (output == null) {
      requireUnused(backbone, folder, preference);
    }
  }

  /**
   * The folder for a second reward model, beside the first one's; it contains nothing else.
   *
   * @throws ParameterException if the reward model cannot be written there
   */
  Path beside(BackboneOptions backbone, Path folder, String preference, String suffix) {
    Path beside = folder.resolveSibling(folder.getFileName() + suffix);
    require(backbone, beside, preference);
    return beside;
  }

  /**
   * The default folder: below the model's folder; if that belongs to the installation, or if the
   * model is a file, below the user's models.
   */
  private static Path byDefault(BackboneOptions backbone, Path model, String preference) {
    Path installed = backbone.folders().roots().get(0).toAbsolutePath().normalize();
    boolean own = Files.isDirectory(model) && !model.toAbsolutePath().startsWith(installed);
    Path folder = own ? model : backbone.folders().own().resolve(Backbone.name(model));
    return folder.resolve("rewards").resolve(preference).toAbsolutePath().normalize();
  }

  private void requireFree(Path folder) {
    if (RewardModelFolder.hasCard(folder) && !overwrite) {
      throw misuse(
          "--output: %s contains a reward model (expected: another folder, or --overwrite)",
          folder);
    }
    if (!RewardModelFolder.takes(folder)) {
      throw misuse("--output: %s contains other files (expected: a new or empty folder)", folder);
    }
  }

  /**
   * Refuses a name that is used elsewhere: a reward model in the model's own folder would hide the
   * existing one.
   */
  private void requireUnused(BackboneOptions backbone, Path folder, String preference) {
    Path model = backbone.path();
    new PreferenceFolders(backbone.folders(), model)
        .find(preference)
        .filter(used -> !used.equals(folder))
        .ifPresent(
            used -> {
              throw misuse(
                  "preference: "
                      + preference
                      + " is the reward model in %s, which the new one would hide"
                      + " (expected: another name, or --output)",
                  used);
            });
  }

  private ParameterException misuse(String message, Object value) {
    return new ParameterException(spec.commandLine(), message.formatted(value));
  }
}
