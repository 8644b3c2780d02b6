package dev.panda.orchestrator.workshop.benchmark.contender;

import dev.panda.orchestrator.serving.client.BaseModelClient;
import java.util.Arrays;

/**
 * A prose as token ids.
 *
 * @param head what the model expects before a text, such as a begin token
 * @param ids of the prose alone
 */
public record Tokens(int[] head, int[] ids) {

  /** Asks a base-model service for the tokens of a prose. */
  public static Tokens of(String prose, BaseModelClient tokenizer) {
    int[] whole = tokenizer.tokenize(prose);
    int[] ids = tokenizer.tokenizeContinuation(prose);
    int before = whole.length - ids.length;
    boolean opens = before > 0 && Arrays.equals(whole, before, whole.length, ids, 0, ids.length);
    return new Tokens(opens ? Arrays.copyOf(whole, before) : new int[0], ids);
  }
}
