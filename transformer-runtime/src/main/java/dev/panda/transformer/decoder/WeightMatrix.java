package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.util.List;
import java.util.Optional;

/**
 * A matrix of the decoder [rows × columns], whose rows are those of one or more tensors of a
 * checkpoint. It is read in pieces. Many threads may read at once.
 *
 * @param parts the tensors, from the top
 */
record WeightMatrix(Checkpoint checkpoint, List<Part> parts, int columns) {

  /**
   * One tensor of the matrix.
   *
   * @param pairs how its rows must be {@link RotaryPairs#interleave ordered}, if they must
   */
  record Part(String tensor, int rows, Optional<RotaryPairs> pairs) {
    Part(String tensor, int rows) {
      this(tensor, rows, Optional.empty());
    }
  }

  int rows() {
    return parts.stream().mapToInt(Part::rows).sum();
  }

  long size() {
    return (long) rows() * columns;
  }

  /**
   * Reads some rows.
   *
   * @param target receives the rows from index 0 on
   */
  void read(int first, int rows, float[] target) {
    int start = 0;
    for (Part part : parts) {
      int from = Math.max(first, start);
      int to = Math.min(first + rows, start + part.rows());
      if (from < to) {
        read(part, from - start, to - from, target, (from - first) * columns);
      }
      start += part.rows();
    }
  }

  private void read(Part part, int first, int rows, float[] target, int at) {
    if (part.pairs().isEmpty()) {
      checkpoint.readRows(part.tensor(), first, rows, target, at);
      return;
    }
    RotaryPairs pairs = part.pairs().get();
    int headDim = pairs.headDim();
    float[] head = new float[headDim * columns];
    int read = -1;
    for (int i = 0; i < rows; i++) {
      int row = first + i;
      if (row / headDim != read) {
        read = row / headDim;
        checkpoint.readRows(part.tensor(), read * headDim, headDim, head, 0);
      }
      int source = pairs.source(row % headDim);
      System.arraycopy(head, source * columns, target, at + i * columns, columns);
    }
  }

  /**
   * The exception for a matrix that native code found to hold no usable numbers; it names the first
   * element that is not finite.
   */
  CheckpointException notFinite() {
    float[] row = new float[columns];
    for (Part part : parts) {
      for (int r = 0; r < part.rows(); r++) {
        checkpoint.readRows(part.tensor(), r, 1, row, 0);
        for (int column = 0; column < columns; column++) {
          if (!Float.isFinite(row[column])) {
            return refusal(
                part, "element %d: %s".formatted((long) r * columns + column, row[column]));
          }
        }
      }
    }
    return refusal(parts.get(0), "numbers too large for the numeric format");
  }

  private CheckpointException refusal(Part part, String subject) {
    return new CheckpointException(
        "%s: tensor %s: %s (expected: a finite number)"
            .formatted(checkpoint.file(part.tensor()), part.tensor(), subject));
  }
}
