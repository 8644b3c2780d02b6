package dev.panda.basemodel.serving.grpc;

import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Continuation;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.Owner;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.engine.SequenceRoom;
import java.util.concurrent.CompletableFuture;

/** A sequence in the engine's cache. */
record EngineCandidateSource(Sequence sequence) implements CandidateSource {
  static CompletableFuture<CandidateSource> open(Engine engine, SequenceRoom room, Owner owner) {
    return engine.open(room, owner, EngineCandidateSource::new);
  }

  @Override
  public CompletableFuture<AdvanceResult> next(Continuation to) {
    return sequence.next(to);
  }

  @Override
  public CompletableFuture<float[][]> read(int drafted, int candidates) {
    return sequence.read(drafted, candidates);
  }

  @Override
  public CompletableFuture<AdvanceResult> foresee(int kept, int[] tokens, int k) {
    return sequence.foresee(kept, tokens, k);
  }

  @Override
  public void close() {
    sequence.close();
  }
}
