package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;
import java.util.List;
import java.util.Optional;

/**
 * What to load of a checkpoint, and how.
 *
 * @param numerics format of the weights
 * @param device {@code cpu}, {@code cuda}, or {@code cuda:1} and so on
 * @param threads number of CPU threads of one operation
 * @param languageModelHead whether next tokens can be requested; if not, and if there are
 *     projections, the decoder omits the blocks above the highest projection
 * @param projections the read-outs of every token, in the order of {@link StepOutput#readouts}
 * @param cacheTokens number of tokens that the caches of all sequences hold together, at least 1;
 *     it limits the longest sequence, as the model's context does
 * @param manyRows a second format of blocks and head; empty if one serves every number of rows
 */
public record DecoderOptions(
    Numerics numerics,
    String device,
    int threads,
    boolean languageModelHead,
    List<Projection> projections,
    int cacheTokens,
    Optional<ManyRows> manyRows) {

  /** Options with one format for every number of rows. */
  public DecoderOptions(
      Numerics numerics,
      String device,
      int threads,
      boolean languageModelHead,
      List<Projection> projections,
      int cacheTokens) {
    this(numerics, device, threads, languageModelHead, projections, cacheTokens, Optional.empty());
  }

  /** Largest number of tokens of a sequence. */
  int contextLength(ModelConfig config) {
    return Math.min(config.maxPositionEmbeddings(), cacheTokens);
  }
}
