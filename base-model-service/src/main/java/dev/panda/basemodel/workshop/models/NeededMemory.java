package dev.panda.basemodel.workshop.models;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.decoder.DecoderOptions;
import dev.panda.transformer.decoder.MemoryNeed;
import dev.panda.transformer.decoder.Numerics;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The memory that a served model takes in one numeric format.
 *
 * @param weights bytes of all blocks and the language-model head
 * @param cache bytes of the keys and values of {@link #TOKENS} tokens
 * @param refusal why this machine or model cannot have the format; empty if it can
 */
public record NeededMemory(Numerics numerics, long weights, long cache, Optional<String> refusal) {
  /** Tokens whose cache is told. */
  public static final int TOKENS = 1000;

  /** Tokens of the cache that the base-model service has unless it is told otherwise. */
  private static final int SERVED_TOKENS = 16_384;

  static List<NeededMemory> of(ModelConfig config, boolean gpu) {
    return Arrays.stream(Numerics.values()).map(numerics -> of(config, numerics, gpu)).toList();
  }

  private static NeededMemory of(ModelConfig config, Numerics numerics, boolean gpu) {
    int layers = config.numHiddenLayers();
    long weights = MemoryNeed.weights(config, layers, true, numerics, gpu);
    long cache = MemoryNeed.cache(config, layers, TOKENS, numerics, gpu);
    Optional<String> refusal = Optional.empty();
    try {
      numerics.check(config, gpu);
      if (!gpu) {
        MemoryNeed.requireFits(
            config, layers, new DecoderOptions(numerics, "cpu", 1, true, List.of(), SERVED_TOKENS));
      }
    } catch (IllegalArgumentException e) {
      refusal = Optional.of(e.getMessage());
    }
    return new NeededMemory(numerics, weights, cache, refusal);
  }
}
