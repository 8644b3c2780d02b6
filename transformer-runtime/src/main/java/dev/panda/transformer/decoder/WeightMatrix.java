package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.FourBitElements;
import dev.panda.transformer.checkpoint.StoredElements;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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

  /** Whether the files hold all elements as {@link FourBitElements}. */
  boolean isOnFourBitGrid() {
    return parts.stream()
        .allMatch(
            part ->
                stored(part).filter(elements -> elements.format().grid().isPresent()).isPresent());
  }

  /** The format in which the files hold all elements, if it is the same for all tensors. */
  Optional<ElementFormat> storedFormat() {
    List<Optional<ElementFormat>> formats =
        parts.stream().map(part -> stored(part).map(StoredElements::format)).distinct().toList();
    return formats.size() == 1 ? formats.get(0) : Optional.empty();
  }

  private Optional<StoredElements> stored(Part part) {
    return checkpoint.stored(part.tensor());
  }

  /**
   * Reads some rows as float32.
   *
   * @param target receives the rows from index 0 on
   */
  void read(int first, int rows, float[] target) {
    forEachRun(
        first,
        rows,
        (part, from, count, at) ->
            checkpoint.readRows(part.tensor(), from, count, target, at * columns));
  }

  /**
   * Reads some rows of a matrix that is {@link #isOnFourBitGrid() on such a grid}.
   *
   * @param target receives the rows from index 0 on
   */
  void read(int first, int rows, FourBitElements target) {
    forEachRun(
        first,
        rows,
        (part, from, count, at) ->
            stored(part)
                .orElseThrow()
                .read((long) from * columns, count * columns, target, at * columns));
  }

  /**
   * Reads some rows of a matrix that has a {@link #storedFormat}, as the files' bytes.
   *
   * @param target receives the rows from index 0 on
   */
  void read(int first, int rows, ByteBuffer target) {
    forEachRun(
        first,
        rows,
        (part, from, count, at) -> {
          StoredElements elements = stored(part).orElseThrow();
          int rowBytes = columns * elements.format().bytesPerBlock();
          ByteBuffer run = target.duplicate().position(at * rowBytes);
          elements.read((long) from * columns, run.limit((at + count) * rowBytes));
        });
  }

  /** Takes rows that follow each other in a tensor and in the matrix. */
  private interface Run {
    /**
     * Takes some rows.
     *
     * @param from index of the first row in the part's tensor
     * @param at index of the first row among the rows that are read
     */
    void take(Part part, int from, int count, int at);
  }

  private void forEachRun(int first, int rows, Run target) {
    int start = 0;
    for (Part part : parts) {
      int from = Math.max(first, start);
      int to = Math.min(first + rows, start + part.rows());
      if (from < to && part.pairs().isEmpty()) {
        target.take(part, from - start, to - from, from - first);
      } else if (from < to) {
        RotaryPairs pairs = part.pairs().get();
        for (int row = from; row < to; row++) {
          target.take(part, pairs.sourceRow(row - start), 1, row - first);
        }
      }
      start += part.rows();
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
    return new CheckpointException(
        "%s: tensor %s: numbers too large for the numeric format (expected: finite ones; name another format)"
            .formatted(
                checkpoint.file(parts.get(0).tensor()),
                parts.stream().map(Part::tensor).collect(Collectors.joining(" or "))));
  }

  private CheckpointException refusal(Part part, String subject) {
    return new CheckpointException(
        "%s: tensor %s: %s (expected: a finite number)"
            .formatted(checkpoint.file(part.tensor()), part.tensor(), subject));
  }
}
