package dev.panda.transformer.reward.loading;

import static java.util.stream.Collectors.joining;

import dev.panda.transformer.checkpoint.SequenceClassification;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.RewardModelFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The reward models to load. All of them read the same weights: either any number of heads on the
 * original backbone, or a single reward model with weights of its own.
 *
 * @param folders of the chosen reward models
 * @param withOwnWeights the only folder, if its reward model has weights of its own
 * @param missing error message for an empty selection
 */
public record PreferenceSelection(
    List<Path> folders, Optional<Path> withOwnWeights, String missing) {

  /**
   * Selects reward models by name.
   *
   * @throws RewardModelException if a name is unknown, or a reward model with weights of its own is
   *     named together with another
   */
  public static PreferenceSelection named(List<String> names, PreferenceFolders all) {
    List<Path> chosen = names.stream().map(all::resolve).toList();
    Optional<Path> own = chosen.stream().filter(PreferenceSelection::hasOwnWeights).findFirst();
    if (own.isPresent() && chosen.size() > 1) {
      String name = names.get(chosen.indexOf(own.get()));
      throw new RewardModelException(
          "preferences: %s: %s has weights of its own (expected: a separate reward service for it: %s)"
              .formatted(names, name, howToName(name)));
    }
    return new PreferenceSelection(chosen, own, noneOf(all));
  }

  /**
   * Selects all reward models that read the original backbone.
   *
   * @param judges whether to include judges
   * @param notices receives a line for each omitted reward model with weights of its own
   */
  public static PreferenceSelection all(
      PreferenceFolders all, boolean judges, Consumer<String> notices) {
    List<Path> chosen = new ArrayList<>();
    List<Path> leftOut = new ArrayList<>();
    for (Path folder : all.all()) {
      RewardCard card = RewardModelFolder.readCard(folder);
      if (card.hasOwnWeights()) {
        notices.accept(
            "preference %s is left out: it has weights of its own (to load it: %s)"
                .formatted(name(folder), howToName(name(folder))));
      }
      boolean isLeftOut = card.hasOwnWeights() || (card.judges() && !judges);
      (isLeftOut ? leftOut : chosen).add(folder);
    }
    String missing =
        leftOut.isEmpty()
            ? noneOf(all)
            : "no reward models except judges and those with weights of their own (expected: one of %s, chosen by name: %s)"
                .formatted(
                    leftOut.stream().map(PreferenceSelection::name).collect(joining(", ")),
                    howToName(name(leftOut.get(0))));
    return new PreferenceSelection(List.copyOf(chosen), Optional.empty(), missing);
  }

  private static String noneOf(PreferenceFolders all) {
    return "no reward model (expected: reward.json in one of %s, or as the model itself one of %s)"
        .formatted(all.parents(), SequenceClassification.architectures());
  }

  private static boolean hasOwnWeights(Path folder) {
    return RewardModelFolder.readCard(folder).hasOwnWeights();
  }

  private static String name(Path folder) {
    return folder.getFileName().toString();
  }

  private static String howToName(String name) {
    return "panda.reward.preferences=%s, or --preference %1$s".formatted(name);
  }
}
