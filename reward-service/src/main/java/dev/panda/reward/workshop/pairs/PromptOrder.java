package dev.panda.reward.workshop.pairs;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.Hashes;
import dev.panda.transformer.workshop.training.TrainingException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Seeded choices among pairs. A hash of seed and text orders the prompts, so a choice does not
 * depend on the order of files or lines.
 */
public record PromptOrder(long seed) {
  private static final int FEWEST_FOR_HALVES = 4;

  /** Training pairs and validation pairs, which share no prompt. */
  record Split(List<PreferencePair> training, List<PreferencePair> validation) {}

  /**
   * Holds out a share of the prompts, at least one, with all of their pairs.
   *
   * @param share above 0, below 1
   * @throws TrainingException if there are fewer than two prompts
   */
  public Split split(List<PreferencePair> pairs, double share) {
    List<List<ChatMessage>> prompts = prompts(pairs);
    if (prompts.size() < 2) {
      throw new TrainingException(
          "pairs: %d prompts (expected: at least 2, one of them to validate with)"
              .formatted(prompts.size()));
    }
    int heldOut =
        Math.min(prompts.size() - 1, Math.max(1, (int) Math.round(share * prompts.size())));
    var validationPrompts = new HashSet<>(prompts.subList(0, heldOut));
    Map<Boolean, List<PreferencePair>> parts =
        pairs.stream()
            .collect(Collectors.partitioningBy(p -> validationPrompts.contains(p.messages())));
    return new Split(parts.get(false), parts.get(true));
  }

  private List<List<ChatMessage>> prompts(List<PreferencePair> pairs) {
    return pairs.stream()
        .map(PreferencePair::messages)
        .distinct()
        .sorted(Comparator.comparing(this::hash))
        .toList();
  }

  /** The pairs of every other prompt. */
  public List<PreferencePair> half(List<PreferencePair> pairs, PromptHalf half) {
    List<List<ChatMessage>> prompts = prompts(pairs);
    if (prompts.size() < FEWEST_FOR_HALVES) {
      throw new TrainingException(
          "pairs: %d prompts (expected: at least %d with a judge, two each for judge and guide)"
              .formatted(prompts.size(), FEWEST_FOR_HALVES));
    }
    var kept = new HashSet<List<ChatMessage>>();
    for (int i = half == PromptHalf.GUIDE ? 0 : 1; i < prompts.size(); i += 2) {
      kept.add(prompts.get(i));
    }
    return pairs.stream().filter(pair -> kept.contains(pair.messages())).toList();
  }

  /**
   * Draws a limited number of pairs, regardless of their prompts, and keeps their order. The draw
   * ignores which response was chosen, so that two preferences over the same responses are trained
   * on the same pairs.
   */
  public List<PreferencePair> limit(List<PreferencePair> pairs, int most) {
    if (pairs.size() <= most) {
      return pairs;
    }
    var hashes = new IdentityHashMap<PreferencePair, ByteBuffer>();
    pairs.forEach(pair -> hashes.put(pair, hash(pair)));
    Set<PreferencePair> drawn = Collections.newSetFromMap(new IdentityHashMap<>());
    pairs.stream().sorted(Comparator.comparing(hashes::get)).limit(most).forEach(drawn::add);
    return pairs.stream().filter(drawn::contains).toList();
  }

  /** A hash that is the same for both orders of the responses. */
  private ByteBuffer hash(PreferencePair pair) {
    MessageDigest digest = Hashes.sha256();
    digest.update(hash(pair.messages()));
    Stream.of(pair.chosen(), pair.rejected()).sorted().forEach(text -> Hashes.update(digest, text));
    return ByteBuffer.wrap(digest.digest());
  }

  private ByteBuffer hash(List<ChatMessage> messages) {
    return Hashes.of(seed, messages);
  }
}
