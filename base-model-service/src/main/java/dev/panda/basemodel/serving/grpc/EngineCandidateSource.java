package dev.panda.basemodel.serving.grpc;

import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.Guidance;
import dev.panda.transformer.engine.Owner;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.engine.SequenceRoom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A sequence in the engine's cache. */
record EngineCandidateSource(Sequence sequence) implements CandidateSource {
  private static final int[] NONE = {};

  static CompletableFuture<CandidateSource> open(Engine engine, SequenceRoom room, Owner owner) {
    return engine.open(room, owner, EngineCandidateSource::new);
  }

  @Override
  public CompletableFuture<AdvanceResult> next(int[] accepted, int k, Optional<Guidance> guidance) {
    return guidance.isPresent()
        ? sequence.guide(accepted, k, guidance.get())
        : sequence.advance(accepted, NONE, k);
  }

  @Override
  public CompletableFuture<float[][]> read(int candidates) {
    return sequence.read(candidates);
  }

  @Override
  public void close() {
    sequence.close();
  }
}
