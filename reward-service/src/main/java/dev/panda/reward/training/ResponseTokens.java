package dev.panda.reward.training;

import dev.panda.transformer.training.Hashes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A response behind its prompt, and where it is cut. Equal where all of its numbers are.
 *
 * @param tokens prompt and response
 * @param start first token of the response
 * @param ends where the response ends, exclusive, for each of {@link Cuts#PERCENTS}
 */
record ResponseTokens(int[] tokens, int start, int[] ends) {

  /** SHA-256 of all that its features depend on, but for the backbone. */
  ByteBuffer key() {
    ByteBuffer bytes = ByteBuffer.allocate((2 + ends.length + tokens.length) * Integer.BYTES);
    bytes.putInt(tokens.length).putInt(start);
    bytes.asIntBuffer().put(ends).put(tokens);
    MessageDigest digest = Hashes.sha256();
    return ByteBuffer.wrap(digest.digest(bytes.array()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResponseTokens that
        && start == that.start
        && Arrays.equals(tokens, that.tokens)
        && Arrays.equals(ends, that.ends);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + Arrays.hashCode(ends);
  }
}
