package dev.panda.reward.serving.model;

import static java.util.stream.Collectors.joining;

import dev.panda.reward.serving.head.RewardCard;
import dev.panda.reward.serving.head.RewardModelException;
import dev.panda.reward.serving.head.RewardModelFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The reward models that are loaded. All of them read one set of weights: heads on the backbone as
 * it is, as many as there are, or a single one with weights of its own.
 *
 * @param folders of the chosen ones
 * @param withOwnWeights the only folder, where it has weights of its own
 * @param missing what there is not, where there is none, for the message of an error
 */
record PreferenceSelection(List<Path> folders, Optional<Path> withOwnWeights, String missing) {

  /**
   * Those that are named.
   *
   * @throws RewardModelException if there is none of a name, or one with weights of its own is
   *     named beside another
   */
  static PreferenceSelection named(List<String> names, PreferenceFolders all) {
    List<Path> chosen = names.stream().map(all::resolve).toList();
    Optional<Path> own = chosen.stream().filter(PreferenceSelection::hasOwnWeights).findFirst();
    if (own.isPresent() && chosen.size() > 1) {
      String name = names.get(chosen.indexOf(own.get()));
      throw new RewardModelException(
          "preferences: %s: %s has weights of its own (expected: a reward service for it alone: %s)"
              .formatted(names, name, howToName(name)));
    }
    return new PreferenceSelection(chosen, own, noneOf(all));
  }

  /**
   * All that read the backbone as it is.
   *
   * @param judges whether those that judge are among them
   * @param notices told of those with weights of their own, which are left out
   */
  static PreferenceSelection all(PreferenceFolders all, boolean judges, Consumer<String> notices) {
    List<Path> chosen = new ArrayList<>();
    List<Path> leftOut = new ArrayList<>();
    for (Path folder : all.all()) {
      RewardCard card = RewardModelFolder.readCard(folder);
      if (card.hasOwnWeights()) {
        notices.accept(
            "preference %s is left out: it has weights of its own (name it: %s)"
                .formatted(name(folder), howToName(name(folder))));
      }
      boolean isLeftOut = card.hasOwnWeights() || (card.judges() && !judges);
      (isLeftOut ? leftOut : chosen).add(folder);
    }
    String missing =
        leftOut.isEmpty()
            ? noneOf(all)
            : "no reward model but judges, and those with weights of their own (expected: one of %s to be named: %s)"
                .formatted(
                    leftOut.stream().map(PreferenceSelection::name).collect(joining(", ")),
                    howToName(name(leftOut.get(0))));
    return new PreferenceSelection(List.copyOf(chosen), Optional.empty(), missing);
  }

  private static String noneOf(PreferenceFolders all) {
    return "no reward model (expected: reward.json in one of " + all.parents() + ")";
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
