package dev.panda.reward.workshop.training;

import dev.panda.reward.serving.head.Pooling;
import dev.panda.reward.serving.head.Readout;
import dev.panda.reward.workshop.pairs.PairFiles;
import dev.panda.reward.workshop.pairs.PromptHalf;
import dev.panda.transformer.decoder.Numerics;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is trained on what, and how.
 *
 * @param adaptation absent where the backbone stays as it is
 * @param seed of every random choice
 */
public record TrainingOptions(
    Model model,
    PairFiles data,
    Search search,
    Optional<AdaptationOptions> adaptation,
    Card card,
    long seed) {

  /**
   * The backbone.
   *
   * @param path its folder or file
   * @param name for the card
   * @param threads number of CPU threads of one operation
   * @param maxTokens longest prompt and response together; no more than its context is used
   * @param cache folder of its cached features
   */
  public record Model(
      Path path,
      String name,
      Numerics numerics,
      String device,
      int threads,
      int maxTokens,
      Path cache) {}

  /**
   * How the readout is found.
   *
   * @param layers to read after; none for six over the backbone's depth
   * @param poolings at least one
   * @param cuts what each pair is learned from
   * @param penalties strengths of the L2 penalty on standardised features, at least one
   * @param validationShare share of the prompts that is split off, above 0, below 1
   * @param taken what another reads, and is not to be read again: another layer, or where there is
   *     one layer alone another pooling
   * @param clippedShare share of the tokens' terms that is clipped, half of it at either end
   */
  public record Search(
      List<Integer> layers,
      List<Pooling> poolings,
      TrainingCuts cuts,
      List<Double> penalties,
      double validationShare,
      Optional<Readout> taken,
      double clippedShare) {
    public Search {
      layers = layers.stream().distinct().sorted().toList();
      poolings = poolings.stream().distinct().toList();
      penalties = List.copyOf(penalties);
    }

    /**
     * Checks that a second reward model can read elsewhere than the first.
     *
     * @throws IllegalArgumentException if there is one readout alone
     */
    void requireSomewhereElse() {
      boolean onePooling = poolings.stream().allMatch(poolings.get(0)::readsLike);
      if (layers.size() == 1 && onePooling) {
        throw new IllegalArgumentException(
            "readouts: layer %d, %s alone (expected: another layer or pooling for the judge)"
                .formatted(layers.get(0), poolings.get(0).name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  /**
   * What the card is to say beside what training finds out.
   *
   * @param origin where the data comes from
   * @param licence of the data
   */
  public record Card(
      String preference,
      String description,
      String origin,
      String licence,
      double defaultStrength,
      String command) {}

  /** The options of the reward model that guides, on its half of the prompts. */
  TrainingOptions guide() {
    return new TrainingOptions(model, data.half(PromptHalf.GUIDE), search, adaptation, card, seed);
  }

  /**
   * The options of the one that judges: a head on the backbone as it is, from the other half of the
   * prompts.
   *
   * @param guide what the guide reads
   */
  TrainingOptions judge(String preference, Readout guide) {
    Search elsewhere =
        new Search(
            search.layers,
            search.poolings,
            search.cuts,
            search.penalties,
            search.validationShare,
            Optional.of(guide),
            search.clippedShare);
    Card judging =
        new Card(
            preference,
            "Judge of %s: %s".formatted(card.preference, card.description),
            card.origin,
            card.licence,
            card.defaultStrength,
            card.command);
    return new TrainingOptions(
        model, data.half(PromptHalf.JUDGE), elsewhere, Optional.empty(), judging, seed);
  }
}
