package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.ForwardPasses;
import dev.panda.transformer.decoder.KvCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The texts whose keys and values are in the cache, so that a sequence that begins like one of them
 * takes these over: texts of open sequences, and texts of closed ones. The latter are kept until
 * their room is needed; the one that was not used for the longest time goes first.
 */
final class Prefixes {
  /** A shorter beginning is computed sooner than found. */
  private static final int LEAST = 16;

  private final PrefixSharing sharing;
  private final ForwardPasses decoder;
  private final List<Text> kept = new ArrayList<>(); // the longest unused first

  /**
   * A text with its keys and values.
   *
   * @param scope whose it is
   */
  private record Text(Object scope, int[] tokens, KvCache cache) {
    void close() {
      cache.close();
    }

    /** Number of first tokens that both have; 0 in different scopes. */
    int inCommonWith(Text other) {
      if (!Objects.equals(scope, other.scope)) {
        return 0;
      }
      int mismatch = Arrays.mismatch(tokens, other.tokens);
      return mismatch < 0 ? tokens.length : mismatch;
    }

    /** Whether another text has all of this one's tokens at its beginning. */
    boolean isBeginningOf(Text other) {
      return inCommonWith(other) == tokens.length && Objects.equals(scope, other.scope);
    }
  }

  Prefixes(PrefixSharing sharing, ForwardPasses decoder) {
    this.sharing = sharing;
    this.decoder = decoder;
  }

  /** Frees the room of kept texts until a sequence has its room, in one piece if that can be. */
  void makeRoom(int places) {
    List<KvCache> caches = kept.stream().map(Text::cache).toList();
    boolean lane = decoder.hasLane(places, caches);
    while (!kept.isEmpty()
        && !(lane ? decoder.hasLane(places, List.of()) : decoder.freeRoom() >= places)) {
      kept.remove(0).close();
    }
  }

  /** Keeps what a closed sequence has computed, in the place of texts that it continues. */
  void keep(SequenceState sequence) {
    KvCache cache = sequence.cache();
    int[] tokens = sequence.computedTokens();
    if (sharing == PrefixSharing.NOBODY || tokens.length < LEAST) {
      cache.close();
      return;
    }
    cache.shrink(tokens.length);
    Text text = new Text(scope(sequence), tokens, cache);
    if (kept.stream().anyMatch(text::isBeginningOf)) {
      cache.close();
      return;
    }
    kept.stream().filter(other -> other.isBeginningOf(text)).forEach(Text::close);
    kept.removeIf(other -> other.isBeginningOf(text));
    kept.add(text);
  }

  /**
   * Gives a sequence that has computed nothing the keys and values of the longest beginning that is
   * in the cache.
   *
   * @param open all open sequences
   * @return false if the sequence should wait, because an older one is about to compute a longer
   *     beginning
   */
  boolean prepare(SequenceState sequence, Collection<SequenceState> open) {
    int[] tokens = sequence.sharableTokens();
    if (sharing == PrefixSharing.NOBODY || tokens.length < LEAST) {
      return true;
    }
    Text wanted = new Text(scope(sequence), tokens, sequence.cache());
    List<Text> texts = new ArrayList<>(kept);
    int coming = 0;
    for (SequenceState other : open) {
      if (other != sequence) {
        texts.add(new Text(scope(other), other.computedTokens(), other.cache()));
      }
      if (other.isOlderThan(sequence)) {
        Text whole = new Text(scope(other), other.comingTokens(), other.cache());
        coming = Math.max(coming, wanted.inCommonWith(whole));
      }
    }
    Optional<Text> longest =
        texts.stream().max(Comparator.comparingInt(text -> wanted.inCommonWith(text)));
    int found = longest.map(text -> wanted.inCommonWith(text)).orElse(0);
    if (coming >= found + LEAST) {
      return false;
    }
    if (found >= LEAST) {
      take(longest.get(), found, sequence);
    }
    return true;
  }

  private void take(Text text, int tokens, SequenceState sequence) {
    decoder.copy(text.cache, sequence.cache(), tokens);
    sequence.share(tokens);
    if (kept.remove(text)) {
      kept.add(text);
    }
  }

  private Object scope(SequenceState sequence) {
    return sharing == PrefixSharing.OWNER ? sequence.owner().identity() : null;
  }

  void close() {
    kept.forEach(Text::close);
    kept.clear();
  }
}
