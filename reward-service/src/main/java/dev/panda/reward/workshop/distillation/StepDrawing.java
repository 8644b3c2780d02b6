package dev.panda.reward.workshop.distillation;

import dev.panda.reward.workshop.scoring.ScoredLine;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.Hashes;
import dev.panda.transformer.workshop.training.TrainingException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Draws the steps of responses to train on and to evaluate on. The draw depends on the seed, but
 * not on the order of the lines.
 */
final class StepDrawing {
  /** Enough to know a mean over steps to about a hundredth. */
  private static final int HELD_OUT_RESPONSES = 100;

  private static final int HELD_OUT_STEPS = 16;

  private final List<Drawn> training = new ArrayList<>();
  private final List<Drawn> heldOut = new ArrayList<>();

  /**
   * A response to read.
   *
   * @param lengths of the sequence before each step to read, ascending
   */
  record Drawn(int[] tokens, int[] lengths) {}

  private record Keyed(ByteBuffer key, IntBuffer prompt, ScoredLine line) {}

  /**
   * @param share largest share of the prompts to evaluate on
   * @param steps largest number of steps of a response to train on
   * @throws TrainingException if there are fewer than two prompts
   */
  StepDrawing(ExampleFile<ScoredLine> file, long seed, double share, int steps) {
    List<Keyed> lines =
        file.examples().stream()
            .map(line -> keyed(line, seed))
            .sorted(Comparator.comparing(Keyed::key))
            .toList();
    Set<IntBuffer> measuring = measuring(file.name(), lines, share);
    Random random = new Random(seed);
    for (Keyed keyed : lines) {
      boolean measures = measuring.contains(keyed.prompt);
      for (ScoredLine.Response response : keyed.line.responses()) {
        Drawn drawn = drawn(response, measures ? HELD_OUT_STEPS : steps, random);
        if (!measures) {
          training.add(drawn);
        } else if (heldOut.size() < HELD_OUT_RESPONSES) {
          heldOut.add(drawn);
        }
      }
    }
  }

  private static Keyed keyed(ScoredLine line, long seed) {
    return new Keyed(
        Hashes.of(seed, List.of(), line.object().toString()),
        prompt(line.responses().get(0)),
        line);
  }

  private static IntBuffer prompt(ScoredLine.Response response) {
    return IntBuffer.wrap(response.tokens(), 0, response.start());
  }

  /** The prompts to evaluate on: only as many as their responses are needed. */
  private static Set<IntBuffer> measuring(String file, List<Keyed> lines, double share) {
    List<IntBuffer> prompts = lines.stream().map(Keyed::prompt).distinct().toList();
    if (prompts.size() < 2) {
      throw new TrainingException(
          "%s: %d prompts (expected: at least 2, one of them to evaluate on)"
              .formatted(file, prompts.size()));
    }
    int most = Math.max(1, (int) Math.round(share * prompts.size()));
    Set<IntBuffer> measuring = new HashSet<>();
    int responses = 0;
    for (IntBuffer prompt : prompts.subList(0, Math.min(prompts.size() - 1, most))) {
      if (responses < HELD_OUT_RESPONSES) {
        measuring.add(prompt);
        responses +=
            lines.stream()
                .filter(line -> line.prompt.equals(prompt))
                .mapToInt(line -> line.line.responses().size())
                .sum();
      }
    }
    return measuring;
  }

  private static Drawn drawn(ScoredLine.Response response, int most, Random random) {
    List<Integer> lengths =
        new ArrayList<>(
            IntStream.range(response.start(), response.tokens().length).boxed().toList());
    Collections.shuffle(lengths, random);
    return new Drawn(
        response.tokens(),
        lengths.stream().limit(most).sorted().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Draws the responses to train on.
   *
   * @param responses largest number of responses
   * @param steps largest total number of steps; the result has at least one response
   */
  List<Drawn> training(int responses, long steps) {
    List<Drawn> some = new ArrayList<>();
    long drawn = 0;
    for (Drawn response : training) {
      drawn += response.lengths().length;
      if (some.size() == responses || (drawn > steps && !some.isEmpty())) {
        return some;
      }
      some.add(response);
    }
    return some;
  }

  /** Responses of other prompts, to evaluate on. */
  List<Drawn> heldOut() {
    return heldOut;
  }
}
