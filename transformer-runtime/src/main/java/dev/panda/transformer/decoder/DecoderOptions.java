package dev.panda.transformer.decoder;

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
 */
public record DecoderOptions(
    Numerics numerics,
    String device,
    int threads,
    boolean languageModelHead,
    List<Projection> projections) {}
