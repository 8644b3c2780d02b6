package dev.panda.reward.serving.model;

import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.reward.Padding;
import dev.panda.transformer.reward.ReadoutColumns;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.loading.Backbone;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One backbone and the reward models that read it, all in the same pass. Closing this object ends
 * the engine's sequences and frees its native memory.
 *
 * @param models sorted by name; the engine's projections follow their {@link ReadoutColumns}
 * @param ownWeights folder of the only reward model, if it has weights of its own
 * @param engine closed with this object
 */
public record ServedRewards(
    Backbone backbone, List<RewardModel> models, Optional<Path> ownWeights, Engine engine)
    implements AutoCloseable {

  /**
   * Reads a response after its prompt.
   *
   * @param tokens prompt and response
   * @param start first token of the response
   * @return read-outs of the response's tokens [tokens × column of {@link ReadoutColumns}]
   */
  public CompletableFuture<float[][]> read(int[] tokens, int start) {
    return engine
        .open(tokens.length, 0)
        .thenCompose(
            sequence ->
                sequence
                    .advance(tokens, new int[0], 0)
                    .whenComplete((step, failure) -> sequence.close()))
        .thenApply(
            step -> {
              float[][] readouts = step.acceptedReadouts();
              new Padding(models).accept(tokens, readouts);
              return Arrays.copyOfRange(readouts, start, tokens.length);
            });
  }

  @Override
  public void close() {
    engine.close();
  }
}
