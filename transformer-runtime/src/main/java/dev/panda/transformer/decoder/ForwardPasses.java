package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;
import java.util.Collection;
import java.util.List;

/**
 * The computations of a loaded model. One thread at a time may use it. The caller closes it after
 * closing its caches.
 *
 * <p>A method throws {@link IllegalArgumentException} if it is used with wrong arguments; nothing
 * has been computed then. Whatever else it throws is the device's failure, and the model is of no
 * use any more.
 */
public interface ForwardPasses extends AutoCloseable {

  ModelConfig config();

  /** Largest number of tokens of a sequence. */
  int contextLength();

  /**
   * Takes room for a sequence's keys and values from the cache; the caller closes it.
   *
   * @throws IllegalArgumentException if the cache has no such room
   */
  KvCache newCache(int room);

  /** Number of free places in the cache. */
  int freeRoom();

  /**
   * Whether the cache has a room in one piece, in line with others of its kind, which makes steps
   * faster.
   *
   * @param spare caches that count as free
   */
  boolean hasLane(int room, Collection<KvCache> spare);

  /**
   * Copies the keys and values of a sequence's first tokens to another sequence that begins with
   * the same tokens.
   */
  void copy(KvCache from, KvCache to, int tokens);

  /**
   * Overwrites keys and values that may not be finite.
   *
   * @param places of the sequence
   */
  void erase(KvCache cache, int[] places);

  /**
   * Keeps the keys and values of an accepted candidate: moves them to the end of the accepted
   * tokens.
   */
  void move(KvCache cache, int source, int target);

  /**
   * Computes new tokens of several sequences.
   *
   * @param inputs at least one sequence, each with at least one token
   * @param k number of next tokens for the rows that request them, 1 to the vocabulary's size
   * @return an output for each input
   */
  List<StepOutput> step(List<StepInput> inputs, int k);

  /**
   * Reads candidates in the blocks up to the highest read-out alone, and keeps their states. A
   * later step can {@linkplain StepInput#resumes resume} from the candidate that is accepted. The
   * model must have been loaded with its head and with projections.
   *
   * @param inputs at least one sequence, each with candidates and no accepted tokens
   * @return for each input the candidates' read-outs [candidate × projection]
   */
  List<float[][]> peek(List<StepInput> inputs);

  /**
   * Begins to pool the hidden states of a whole sequence, without a cache; the caller closes it.
   *
   * @param tokens the sequence, 1 to the context length
   * @param start first token of the mean
   * @param ends end of each pooling, exclusive, above {@code start}
   * @param at layers to read, 1 to the number of loaded layers
   */
  Pooling pool(int[] tokens, int start, int[] ends, int[] at);

  /** Number of native arrays in memory: weights, caches and leaked arrays. */
  int liveArrays();

  @Override
  void close();
}
