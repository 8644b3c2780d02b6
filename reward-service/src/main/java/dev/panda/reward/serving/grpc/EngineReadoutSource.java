package dev.panda.reward.serving.grpc;

import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.Owner;
import dev.panda.transformer.engine.Sequence;
import java.util.concurrent.CompletableFuture;

/** A sequence in the engine's cache. */
record EngineReadoutSource(Sequence sequence) implements ReadoutSource {

  static CompletableFuture<ReadoutSource> open(
      Engine engine, int maxTokens, int maxCandidates, Owner owner) {
    return engine.open(maxTokens, maxCandidates, owner, EngineReadoutSource::new);
  }

  @Override
  public CompletableFuture<AdvanceResult> advance(int[] accepted, int[] candidates) {
    return sequence.advance(accepted, candidates, 0);
  }

  @Override
  public void close() {
    sequence.close();
  }
}
