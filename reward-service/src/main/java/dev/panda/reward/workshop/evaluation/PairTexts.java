package dev.panda.reward.workshop.evaluation;

import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.PairEncoder;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Words of a pair at each of {@link Cuts#PERCENTS}, for the baselines.
 *
 * @param chosen [cut][word]
 * @param rejected [cut][word]
 */
public record PairTexts(List<List<String>> chosen, List<List<String>> rejected) {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:['’][\\p{L}]+)?");

  public static PairTexts of(PairEncoder encoder, EncodedPair pair) {
    return new PairTexts(words(encoder, pair.chosen()), words(encoder, pair.rejected()));
  }

  private static List<List<String>> words(PairEncoder encoder, ResponseTokens response) {
    return IntStream.range(0, Cuts.PERCENTS.size())
        .mapToObj(cut -> words(encoder.text(response, cut)))
        .toList();
  }

  /** The words in lower case, without punctuation. */
  static List<String> words(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(m -> m.group()).toList();
  }
}
