package dev.panda.transformer.decoder;

import java.util.Optional;

/**
 * The numeric formats of a decoder's weights.
 *
 * @param numerics of all weights
 * @param manyRows a second format of the blocks; empty if one serves every number of rows
 */
public record WeightFormats(Numerics numerics, Optional<ManyRows> manyRows) {}
