package dev.panda.reward.serving.grpc;

import dev.panda.reward.serving.model.ServedRewards;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Owner;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.engine.SequenceRoom;
import dev.panda.transformer.reward.Padding;
import java.util.concurrent.CompletableFuture;

/** A sequence in the engine's cache. Its readouts pass over padding. */
record EngineReadoutSource(Sequence sequence, Padding padding) implements ReadoutSource {

  static CompletableFuture<ReadoutSource> open(
      ServedRewards served, SequenceRoom room, Owner owner) {
    return served
        .engine()
        .open(
            room,
            owner,
            sequence -> new EngineReadoutSource(sequence, new Padding(served.models())));
  }

  @Override
  public CompletableFuture<AdvanceResult> advance(int[] accepted, int[] candidates) {
    return sequence
        .advance(accepted, candidates, 0)
        .thenApply(
            step -> {
              padding.accept(accepted, step.acceptedReadouts());
              padding.score(candidates, step.candidateReadouts());
              return step;
            });
  }

  @Override
  public void close() {
    sequence.close();
  }
}
