package dev.panda.reward.workshop.features;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.engine.Sequence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A backbone that the runtime's engine runs; the engine does not load blocks above the highest one
 * read.
 *
 * @param checkpoint must stay open while this is in use; the caller closes it
 */
public record EngineBackbone(Checkpoint checkpoint, Options options) implements FrozenBackbone {

  /**
   * How to run the backbone.
   *
   * @param threads number of CPU threads of one operation
   * @param maxTokens largest number of tokens of a sequence
   */
  public record Options(Numerics numerics, String device, int threads, int maxTokens) {}

  private static final Duration OPEN_TIMEOUT = Duration.ofMinutes(1);

  @Override
  public int layers() {
    return checkpoint.config().numHiddenLayers();
  }

  @Override
  public int hiddenSize() {
    return checkpoint.config().hiddenSize();
  }

  @Override
  public Features features(int highestLayer) {
    return new EngineFeatures(load(List.of(new Projection(highestLayer, new float[hiddenSize()]))));
  }

  @Override
  public Terms terms(List<Projection> heads) {
    return new EngineTerms(load(heads), heads.size());
  }

  private Engine load(List<Projection> projections) {
    return Engine.load(
        checkpoint,
        new EngineOptions(
            options.numerics(),
            options.device(),
            options.threads(),
            false,
            projections,
            options.maxTokens(),
            options.maxTokens(),
            OPEN_TIMEOUT));
  }

  private record EngineFeatures(Engine engine) implements Features {
    @Override
    public CompletableFuture<float[]> pool(int[] tokens, int start, int[] ends, int[] layers) {
      return engine.pool(tokens, start, ends, layers);
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private record EngineTerms(Engine engine, int heads) implements Terms {
    @Override
    public float[][] ofEach(int[] tokens, int start) {
      try (Sequence sequence = engine.open(tokens.length, 0).join()) {
        float[][] readouts = sequence.advance(tokens, new int[0], 0).join().acceptedReadouts();
        float[][] terms = new float[heads][tokens.length - start];
        for (int head = 0; head < heads; head++) {
          for (int i = 0; i < terms[head].length; i++) {
            terms[head][i] = readouts[start + i][head];
          }
        }
        return terms;
      }
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
