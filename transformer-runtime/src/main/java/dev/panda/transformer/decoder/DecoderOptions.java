package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;
import java.util.List;

/**
 * What is loaded of a checkpoint, and how.
 *
 * @param numerics format of the weights
 * @param device {@code cpu}, {@code cuda}, or {@code cuda:1} and so on
 * @param threads number of CPU threads of one operation
 * @param languageModelHead whether next tokens can be asked for; without it, and with projections,
 *     the blocks above the highest projection are left out
 * @param projections the read-outs of every token, in the order of {@link StepOutput#readouts}
 * @param maxTokens longest sequence to prepare for, at least 1; the model's context where that is
 *     shorter
 */
public record DecoderOptions(
    Numerics numerics,
    String device,
    int threads,
    boolean languageModelHead,
    List<Projection> projections,
    int maxTokens) {

  /** Largest number of tokens of a sequence. */
  int contextLength(ModelConfig config) {
    return Math.min(config.maxPositionEmbeddings(), maxTokens);
  }
}
