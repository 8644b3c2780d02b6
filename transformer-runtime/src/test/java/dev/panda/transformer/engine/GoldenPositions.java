package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.decoder.NextTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Compares an engine's next tokens with those of a golden file of transformers. */
final class GoldenPositions {
  private static final double LARGEST_DIFFERENCE = 1e-3;
  private static final int CONSIDERED = 12;
  private static final int[] NONE = {};

  private GoldenPositions() {}

  /**
   * What was compared.
   *
   * @param positions number of positions
   * @param largest largest difference of a log-probability or an entropy
   */
  record Compared(int positions, double largest) {
    Compared and(Compared other) {
      return new Compared(positions + other.positions, Math.max(largest, other.largest));
    }

    @Override
    public String toString() {
      return "%d positions, largest difference %.1e".formatted(positions, largest);
    }
  }

  /**
   * Requires the greedy tokens, and the log-probabilities of the likeliest tokens within 1e-3.
   *
   * @param cases prompts, what follows each greedily, and positions in both
   */
  static Compared check(Engine engine, JsonNode cases) throws Exception {
    Compared all = new Compared(0, 0);
    for (JsonNode one : cases) {
      all = all.and(checkOne(engine, one));
    }
    return all;
  }

  private static Compared checkOne(Engine engine, JsonNode one) throws Exception {
    int[] prompt = integers(one.get("prompt_ids"));
    int[] greedy = integers(one.get("greedy_ids"));
    int[] all = IntStream.concat(IntStream.of(prompt), IntStream.of(greedy)).toArray();
    List<NextTokens> next = nextTokens(engine, all, CONSIDERED);
    for (int i = 0; i < greedy.length; i++) {
      assertThat(next.get(prompt.length - 1 + i).ids()[0])
          .as("greedy token %d", i)
          .isEqualTo(greedy[i]);
    }
    double largest = 0;
    for (JsonNode position : one.get("positions")) {
      NextTokens actual = next.get(position.get("position").asInt());
      JsonNode ids = position.get("top_ids");
      for (int i = 0; i < ids.size(); i++) {
        int rank = IntStream.of(actual.ids()).boxed().toList().indexOf(ids.get(i).asInt());
        assertThat(rank).as("rank of the likeliest token %d", i).isNotNegative();
        double expected = position.get("log_probabilities").get(i).asDouble();
        largest = Math.max(largest, Math.abs(actual.logProbabilities()[rank] - expected));
      }
      double entropy = position.get("entropy").asDouble();
      largest = Math.max(largest, Math.abs(actual.entropy() - entropy));
      assertThat(largest).as("%s", position).isLessThan(LARGEST_DIFFERENCE);
    }
    return new Compared(one.get("positions").size(), largest);
  }

  /** The k likeliest tokens after each token. */
  static List<NextTokens> nextTokens(Engine engine, int[] tokens, int k) throws Exception {
    List<NextTokens> next = new ArrayList<>();
    try (Sequence sequence = engine.open(tokens.length, 0).get()) {
      for (int token : tokens) {
        next.add(sequence.advance(new int[] {token}, NONE, k).get().next().orElseThrow());
      }
    }
    return next;
  }

  static int[] integers(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }
}
