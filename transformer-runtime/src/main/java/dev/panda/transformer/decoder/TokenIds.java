package dev.panda.transformer.decoder;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.panda.transformer.checkpoint.ModelConfig;
import java.util.Arrays;

/**
 * Passes rows of token ids to native code. It checks them first, because an unknown id would make
 * native code end the process.
 */
final class TokenIds {
  private TokenIds() {}

  /**
   * @param rows token ids, all rows of the same length [B × T]
   * @param alsoAllowed a further allowed id, which stands for no token
   */
  static PtNDArray matrix(PtNDManager scope, ModelConfig config, long[][] rows, long alsoAllowed) {
    int columns = rows[0].length;
    for (long[] row : rows) {
      if (row.length != columns || columns < 1 || columns > config.maxPositionEmbeddings()) {
        throw new IllegalArgumentException(
            "tokens: %d (expected: %d in each row, 1 to %d)"
                .formatted(row.length, columns, config.maxPositionEmbeddings()));
      }
      for (long id : row) {
        if ((id < 0 || id >= config.vocabSize()) && id != alsoAllowed) {
          throw new IllegalArgumentException(
              "token id: %d (expected: 0 to %d)".formatted(id, config.vocabSize() - 1));
        }
      }
    }
    long[] flat = Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    return (PtNDArray) scope.create(flat, new Shape(rows.length, columns));
  }
}
