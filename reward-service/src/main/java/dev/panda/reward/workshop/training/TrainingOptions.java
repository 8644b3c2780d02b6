package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.pairs.PairFiles;
import dev.panda.reward.workshop.pairs.PromptHalf;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.Readout;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The options of a training.
 *
 * @param adaptation empty if the backbone stays frozen
 * @param seed for every random choice
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
   * @param path folder or file of the backbone
   * @param name for the card
   * @param threads number of CPU threads of one operation
   * @param maxTokens largest number of tokens of prompt and response together; limited to the
   *     backbone's context
   * @param cache folder of cached features
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
   * How to find the readout.
   *
   * @param layers blocks after which to read; empty for six, spread over the backbone's depth
   * @param poolings at least one
   * @param cuts the cuts of each pair to train on
   * @param penalties strengths of the L2 penalty on standardised features, at least one
   * @param validationShare share of the prompts to split off for validation, above 0, below 1
   * @param taken readout of another reward model, to avoid: the choice has another layer or, if
   *     there is only one layer, another pooling
   * @param clippedShare share of the tokens' terms to clip, half of it at either end
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
     * Checks that there is a readout for a second reward model.
     *
     * @throws IllegalArgumentException if there is only one readout
     */
    void requireSomewhereElse() {
      boolean onePooling = poolings.stream().allMatch(poolings.get(0)::readsLike);
      if (layers.size() == 1 && onePooling) {
        throw new IllegalArgumentException(
            "readouts: only layer %d, %s (expected: another layer or pooling for the judge)"
                .formatted(layers.get(0), poolings.get(0).name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  /**
   * The content of the card that training does not find out itself.
   *
   * @param origin of the data
   * @param licence of the data
   */
  public record Card(
      String preference,
      String description,
      String origin,
      String licence,
      double defaultStrength,
      String command) {}

  /** The options of the guide, which learns from its half of the prompts. */
  TrainingOptions guide() {
    return new TrainingOptions(model, data.half(PromptHalf.GUIDE), search, adaptation, card, seed);
  }

  /**
   * The options of the judge: a head on the original backbone, which learns from the other half of
   * the prompts.
   *
   * @param guide the guide's readout
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
