package dev.panda.transformer.decoder;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.panda.transformer.checkpoint.ModelConfig;
import java.util.Arrays;

/** Rows of token ids for native code, which would end the process for one that is not there. */
final class TokenIds {
  private TokenIds() {}

  /**
   * @param rows of one length [B × T]
   * @param alsoAllowed an id that stands for none
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
