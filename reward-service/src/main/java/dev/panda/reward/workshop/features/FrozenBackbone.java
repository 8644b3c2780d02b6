package dev.panda.reward.workshop.features;

import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.reward.RewardHead;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A frozen decoder that training reads features from. */
public interface FrozenBackbone {

  /** Number of blocks L. */
  int layers();

  /** Number of dimensions D of a hidden state. */
  int hiddenSize();

  /** Loads the blocks up to a layer to read hidden states; the caller closes it. */
  Features features(int highestLayer);

  /** Loads the blocks up to a layer to read a head's terms; the caller closes it. */
  default Terms terms(int layer, RewardHead head) {
    return terms(List.of(new Projection(layer, head.weight())));
  }

  /**
   * Loads the blocks up to the highest layer to read terms of single tokens; the caller closes it.
   */
  Terms terms(List<Projection> heads);

  /** Pools hidden states. */
  interface Features extends AutoCloseable {

    /**
     * Pools the hidden states of a sequence over the tokens from start to each end.
     *
     * @param layers blocks after which to read, from 1
     * @return [ends × layers × (last, mean) × D]
     */
    CompletableFuture<float[]> pool(int[] tokens, int start, int[] ends, int[] layers);

    @Override
    void close();
  }

  /** Reads w · h of a sequence's tokens. */
  interface Terms extends AutoCloseable {

    /** w · h of the first head, without the bias, of the tokens from start on. */
    default float[] of(int[] tokens, int start) {
      return ofEach(tokens, start)[0];
    }

    /** w · h of each head, without the bias, of the tokens from start on [head × token]. */
    float[][] ofEach(int[] tokens, int start);

    @Override
    void close();
  }
}
