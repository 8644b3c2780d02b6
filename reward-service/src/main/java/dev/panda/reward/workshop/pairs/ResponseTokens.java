package dev.panda.reward.workshop.pairs;

import dev.panda.transformer.workshop.training.Hashes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A prompt and its response in tokens. Two are equal if all of their numbers are equal.
 *
 * @param tokens prompt and response
 * @param start first token of the response
 * @param ended whether its last token is an end token
 */
public record ResponseTokens(int[] tokens, int start, boolean ended) {

  /** The ends, exclusive, of the {@link Cuts#PARTS} cuts. */
  public int[] cuts() {
    return Cuts.all(start, tokens.length - start - (ended ? 1 : 0), ended);
  }

  /** The ends, exclusive, for {@link Cuts#PERCENTS}. */
  public int[] ends() {
    return Cuts.evaluated(cuts());
  }

  /** SHA-256 of everything that the features depend on, except the backbone. */
  public ByteBuffer key() {
    ByteBuffer bytes = ByteBuffer.allocate((2 + tokens.length) * Integer.BYTES);
    bytes.putInt(start).putInt(ended ? 1 : 0);
    bytes.asIntBuffer().put(tokens);
    MessageDigest digest = Hashes.sha256();
    return ByteBuffer.wrap(digest.digest(bytes.array()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResponseTokens that
        && start == that.start
        && ended == that.ended
        && Arrays.equals(tokens, that.tokens);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + start;
  }
}
