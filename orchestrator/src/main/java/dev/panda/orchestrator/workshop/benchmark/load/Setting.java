package dev.panda.orchestrator.workshop.benchmark.load;

import java.util.OptionalInt;

/**
 * One point of a sweep.
 *
 * @param promptTokens length of the prompts; empty if they are the whole prose
 * @param warmUp requests to each contender before its runs; they count for nothing
 * @param extent of each run
 */
public record Setting(Load load, OptionalInt promptTokens, int warmUp, Extent extent) {
  /** The setting for people. */
  public String inWords() {
    return promptTokens.isPresent()
        ? load.inWords() + ", prompts of " + promptTokens.getAsInt() + " tokens"
        : load.inWords();
  }
}
