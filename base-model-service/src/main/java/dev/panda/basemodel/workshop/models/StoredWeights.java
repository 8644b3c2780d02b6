package dev.panda.basemodel.workshop.models;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The tensors of one type in a checkpoint.
 *
 * @param type as the file names it, such as {@code Q4_K}
 * @param bytes that they take in the file; empty if the type is not supported
 */
public record StoredWeights(String type, int tensors, OptionalLong bytes) {

  /** The types of a checkpoint, the largest first. */
  static List<StoredWeights> of(Checkpoint checkpoint) {
    return checkpoint.tensors().values().stream()
        .collect(Collectors.groupingBy(TensorInfo::type))
        .entrySet()
        .stream()
        .map(
            type ->
                new StoredWeights(
                    type.getKey(), type.getValue().size(), bytes(checkpoint, type.getValue())))
        .sorted(
            Comparator.comparingLong(
                    (StoredWeights weights) -> weights.bytes().orElse(Long.MAX_VALUE))
                .reversed()
                .thenComparing(StoredWeights::type))
        .toList();
  }

  private static OptionalLong bytes(Checkpoint checkpoint, List<TensorInfo> tensors) {
    long bytes = 0;
    for (TensorInfo tensor : tensors) {
      try {
        ElementFormat format = checkpoint.format(tensor.name());
        bytes += tensor.size() / format.elementsPerBlock() * format.bytesPerBlock();
      } catch (CheckpointException notSupported) {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(bytes);
  }
}
