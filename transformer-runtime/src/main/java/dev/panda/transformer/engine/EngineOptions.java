package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.DecoderOptions;
import dev.panda.transformer.decoder.ManyRows;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Options for running a model in an engine.
 *
 * @param numerics format of the weights
 * @param device {@code cpu}, {@code cuda} or {@code cuda:1} and so on
 * @param threads number of CPU threads of one operation
 * @param languageModelHead whether next tokens can be requested; if not, the engine drops the
 *     blocks above the highest projection
 * @param projections the read-outs of every token; none for a plain language model
 * @param cacheTokens number of tokens that all open sequences may reserve together
 * @param roundTokens largest number of tokens that one forward pass computes
 * @param openTimeout how long an open waits for room in the cache
 * @param roundTime how long a forward pass may take while sequences decode, as far as smaller ones
 *     make it shorter
 * @param prefixes whose sequences share a common beginning
 * @param manyRows a second format of blocks and head; empty if one serves every number of rows
 */
public record EngineOptions(
    Numerics numerics,
    String device,
    int threads,
    boolean languageModelHead,
    List<Projection> projections,
    int cacheTokens,
    int roundTokens,
    Duration openTimeout,
    Duration roundTime,
    PrefixSharing prefixes,
    Optional<ManyRows> manyRows) {

  public EngineOptions {
    projections = List.copyOf(projections);
    requirePositive("threads", threads);
    requirePositive("cacheTokens", cacheTokens);
    requirePositive("roundTokens", roundTokens);
  }

  /** Options with one format, for sequences that share nothing and rounds of any length. */
  public EngineOptions(
      Numerics numerics,
      String device,
      int threads,
      boolean languageModelHead,
      List<Projection> projections,
      int cacheTokens,
      int roundTokens,
      Duration openTimeout) {
    this(
        numerics,
        device,
        threads,
        languageModelHead,
        projections,
        cacheTokens,
        roundTokens,
        openTimeout,
        Duration.ofDays(1),
        PrefixSharing.NOBODY,
        Optional.empty());
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }

  /** Number of rows whose products cost little more than one row's. */
  int rowsAtOnce() {
    return numerics.rowsAtOnce(device);
  }

  DecoderOptions decoderOptions() {
    return new DecoderOptions(
        numerics, device, threads, languageModelHead, projections, cacheTokens, manyRows);
  }
}
