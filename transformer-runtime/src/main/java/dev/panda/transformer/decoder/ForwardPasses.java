package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;
import java.util.List;

/**
 * What a loaded model computes. One thread at a time may use it. The caller closes it after the
 * caches that it made.
 */
public interface ForwardPasses extends AutoCloseable {

  ModelConfig config();

  /** Largest number of tokens of a sequence. */
  int contextLength();

  /** Room for a sequence's keys and values; the caller closes it. */
  KvCache newCache(int room);

  /**
   * Keeps the keys and values of a candidate that was accepted: moves them to where accepted tokens
   * end.
   */
  void move(KvCache cache, int source, int target);

  /**
   * Computes the new tokens of some sequences.
   *
   * @param inputs at least one sequence, each with at least one token
   * @param k number of next tokens, 1 to the vocabulary's size, where a sequence wants them
   */
  StepOutput step(List<StepInput> inputs, int k);

  /**
   * Pools the hidden states of a whole sequence in one pass, with no cache.
   *
   * @param tokens the sequence, 1 to the context length
   * @param start first token of the mean
   * @param ends where each pooling ends, exclusive, above {@code start}
   * @param at layers to read, 1 to the number kept
   * @return [ends × layers × (last, mean) × hidden size], row-major
   */
  float[] pool(int[] tokens, int start, int[] ends, int[] at);

  /** Number of native arrays that are held: weights, caches, and what was not freed. */
  int liveArrays();

  @Override
  void close();
}
