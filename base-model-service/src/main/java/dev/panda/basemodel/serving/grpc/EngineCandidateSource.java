package dev.panda.basemodel.serving.grpc;

import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.Owner;
import dev.panda.transformer.engine.Sequence;
import java.util.concurrent.CompletableFuture;

/** A sequence in the engine's cache. */
record EngineCandidateSource(Sequence sequence) implements CandidateSource {
  private static final int[] NONE = {};

  static CompletableFuture<CandidateSource> open(Engine engine, int maxTokens, Owner owner) {
    return engine.open(maxTokens, 0, owner, EngineCandidateSource::new);
  }

  @Override
  public CompletableFuture<NextTokens> next(int[] accepted, int k) {
    return sequence.advance(accepted, NONE, k).thenApply(step -> step.next().orElseThrow());
  }

  @Override
  public void close() {
    sequence.close();
  }
}
