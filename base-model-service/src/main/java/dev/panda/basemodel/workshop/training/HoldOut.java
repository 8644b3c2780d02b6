package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.Hashes;
import dev.panda.transformer.workshop.training.TrainingException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What to hold out from training, for measuring. A hash of seed and text makes the choice, so it
 * does not depend on the order of files or lines.
 */
public enum HoldOut {
  /**
   * Holds out answers to questions that have other answers to learn: measures new answers to known
   * questions. Equal answers to one question are held out together.
   */
  ANSWERS {
    @Override
    ByteBuffer group(long seed, Answer answer) {
      return Hashes.of(seed, answer.messages(), answer.response());
    }

    @Override
    String shortage() {
      return "one distinct answer to each question (expected: at least two to one question)";
    }
  },
  /** Holds out questions with all of their answers: measures answers to new questions. */
  PROMPTS {
    @Override
    ByteBuffer group(long seed, Answer answer) {
      return Hashes.of(seed, answer.messages());
    }

    @Override
    String shortage() {
      return "one question (expected: at least two)";
    }
  };

  /** Answers to learn and answers held out, each in their original order. */
  record Split(List<Answer> training, List<Answer> heldOut) {}

  abstract ByteBuffer group(long seed, Answer answer);

  abstract String shortage();

  /**
   * @param share of the groups to hold out, 0 to below 1; if above 0, at least one is held out
   * @throws TrainingException if nothing can be held out
   */
  Split split(List<Answer> answers, double share, long seed) {
    Map<ByteBuffer, List<Answer>> groups = new HashMap<>();
    answers.forEach(
        answer ->
            groups.computeIfAbsent(group(seed, answer), key -> new ArrayList<>()).add(answer));
    Map<List<ChatMessage>, Integer> groupsLeft = new HashMap<>();
    groups.values().forEach(group -> groupsLeft.merge(group.get(0).messages(), 1, Integer::sum));
    List<ByteBuffer> order = groups.keySet().stream().sorted(Comparator.naturalOrder()).toList();
    long wanted = share == 0 ? 0 : Math.max(1, Math.round(share * order.size()));
    Map<ByteBuffer, List<Answer>> heldOut = new HashMap<>();
    for (ByteBuffer key : order) {
      List<ChatMessage> prompt = groups.get(key).get(0).messages();
      boolean spare =
          this == PROMPTS ? heldOut.size() + 1 < order.size() : groupsLeft.get(prompt) > 1;
      if (heldOut.size() < wanted && spare) {
        heldOut.put(key, groups.get(key));
        groupsLeft.merge(prompt, -1, Integer::sum);
      }
    }
    if (wanted > 0 && heldOut.isEmpty()) {
      throw new TrainingException(
          "answers: " + shortage(),
          "Provide more answers, hold out nothing (--validation-share 0), or choose another --hold-out.");
    }
    List<Answer> training = new ArrayList<>();
    List<Answer> held = new ArrayList<>();
    for (Answer answer : answers) {
      (heldOut.containsKey(group(seed, answer)) ? held : training).add(answer);
    }
    return new Split(training, held);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
