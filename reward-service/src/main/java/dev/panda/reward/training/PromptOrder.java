package dev.panda.reward.training;

import dev.panda.transformer.tokenizer.ChatMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Seeded choices among pairs. Prompts are ordered by a hash of seed and text, so that a choice
 * depends on neither the order of files nor that of lines.
 */
record PromptOrder(long seed) {

  /** Training pairs and those held out, which share no prompt. */
  record Split(List<PreferencePair> training, List<PreferencePair> validation) {}

  /**
   * Holds out a share of the prompts, at least one, with all of their pairs.
   *
   * @param share above 0, below 1
   * @throws TrainingException if there are fewer than two prompts
   */
  Split split(List<PreferencePair> pairs, double share) {
    List<List<ChatMessage>> prompts =
        pairs.stream()
            .map(PreferencePair::messages)
            .distinct()
            .sorted(Comparator.comparing(this::hash))
            .toList();
    if (prompts.size() < 2) {
      throw new TrainingException(
          "pairs: 1 prompt (expected: at least 2, one of them to validate with)");
    }
    int heldOut =
        Math.min(prompts.size() - 1, Math.max(1, (int) Math.round(share * prompts.size())));
    var validationPrompts = new HashSet<>(prompts.subList(0, heldOut));
    Map<Boolean, List<PreferencePair>> parts =
        pairs.stream()
            .collect(Collectors.partitioningBy(p -> validationPrompts.contains(p.messages())));
    return new Split(parts.get(false), parts.get(true));
  }

  /** At most so many of the pairs, drawn without regard to their prompts, in their old order. */
  List<PreferencePair> limit(List<PreferencePair> pairs, int most) {
    if (pairs.size() <= most) {
      return pairs;
    }
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      indices.add(i);
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < most; i++) {
      Collections.swap(indices, i, random.nextInt(i, indices.size()));
    }
    return indices.subList(0, most).stream().sorted().map(pairs::get).toList();
  }

  private ByteBuffer hash(List<ChatMessage> messages) {
    MessageDigest digest = Fingerprint.sha256();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, seed));
    for (ChatMessage message : messages) {
      for (String part : List.of(message.role(), message.content())) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
      }
    }
    return ByteBuffer.wrap(digest.digest());
  }
}
