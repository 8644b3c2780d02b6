package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.tokenizer.ChatMessage;
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
 * What is kept from training, to measure on: chosen by a hash of seed and text, so that the choice
 * depends on neither the order of files nor that of lines.
 */
public enum HoldOut {
  /**
   * Answers, each to a question that has others to learn: measures new answers to known questions.
   * Equal answers to one question are held out together.
   */
  ANSWERS {
    @Override
    ByteBuffer group(long seed, Answer answer) {
      return Hashes.of(seed, answer.messages(), answer.response());
    }

    @Override
    String shortage() {
      return "one distinct answer to each question (expected: at least two to one of them)";
    }
  },
  /** Questions with all of their answers: measures answers to new questions. */
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

  /** Answers to learn and those held out, each in their old order. */
  record Split(List<Answer> training, List<Answer> heldOut) {}

  abstract ByteBuffer group(long seed, Answer answer);

  abstract String shortage();

  /**
   * @param share of the groups, 0 to below 1; above 0 holds out at least one
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
          "Give more, hold out nothing (--validation-share 0), or choose --hold-out otherwise.");
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
