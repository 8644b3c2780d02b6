package dev.panda.orchestrator.workshop.benchmark.contender;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Prompts made of one prose, repeated or cut to length. Each opens with three words or tokens of
 * the prose that no other prompt opens with, so that no cache of prefixes makes requests equal. Any
 * number of threads may take them.
 *
 * <p>The openings count the prompts: each word is a digit, and the prose's different words are the
 * digits that there are.
 */
public final class Prompts {
  private static final int OPENING = 3;

  private final String prose;
  private final String[] words;
  private final Optional<Tokens> tokens;
  private final boolean same;
  private final int[] wordDigits;
  private final int[] tokenDigits;
  private final AtomicLong turn;

  /**
   * @param tokens the prose's; needed only by prompts of a length in tokens
   * @param same whether all prompts are equal, without an opening
   * @param seed where the openings begin to count
   */
  public Prompts(String prose, Optional<Tokens> tokens, boolean same, long seed) {
    this.prose = prose;
    this.words = prose.strip().split("\\s+");
    this.tokens = tokens;
    this.same = same;
    wordDigits = Arrays.stream(words).distinct().mapToInt(Arrays.asList(words)::indexOf).toArray();
    tokenDigits = tokens.map(t -> IntStream.of(t.ids()).distinct().toArray()).orElse(new int[0]);
    turn = new AtomicLong(new Random(seed).nextInt(Integer.MAX_VALUE));
  }

  /** The next prompt: the whole prose. */
  public Prompt next() {
    if (same) {
      return new Prompt(prose, Optional.empty());
    }
    String opening = words(opening(wordDigits, turn.getAndIncrement()));
    return new Prompt(opening + " " + prose, Optional.empty());
  }

  /** The next prompt of so many tokens. */
  public Prompt next(int length) {
    Tokens prose = tokens.orElseThrow();
    long number = same ? 0 : turn.getAndIncrement();
    int[] ids =
        IntStream.concat(
                IntStream.of(prose.head()),
                IntStream.concat(
                    opening(tokenDigits, number),
                    IntStream.range(0, length).map(i -> prose.ids()[i % prose.ids().length])))
            .limit(length)
            .toArray();
    long wordCount = Math.max(1, Math.round((double) length * words.length / prose.ids().length));
    String text =
        words(
            IntStream.concat(
                    opening(wordDigits, number),
                    IntStream.range(0, length).map(i -> i % words.length))
                .limit(wordCount));
    return new Prompt(text, Optional.of(ids));
  }

  private IntStream opening(int[] digits, long number) {
    return IntStream.range(0, same ? 0 : OPENING)
        .map(place -> digits[(int) (number / power(digits.length, place) % digits.length)]);
  }

  private static long power(long base, int exponent) {
    return exponent == 0 ? 1 : base * power(base, exponent - 1);
  }

  private String words(IntStream places) {
    return places.mapToObj(place -> words[place]).collect(Collectors.joining(" "));
  }
}
