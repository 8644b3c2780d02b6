package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.decoder.NextTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Compares an engine's next tokens with those of a golden file of transformers. */
final class GoldenPositions {
  private static final double LOG_PROBABILITY_TOLERANCE = 1e-3;
  private static final int[] NONE = {};

  private GoldenPositions() {}

  /**
   * Requires the greedy tokens, and the log-probabilities of the likeliest tokens within 1e-3.
   *
   * @param one a prompt, what follows it greedily, and positions in both
   * @return the number of positions compared
   */
  static int check(Engine engine, JsonNode one) throws Exception {
    int[] prompt = integers(one.get("prompt_ids"));
    int[] greedy = integers(one.get("greedy_ids"));
    int[] all = IntStream.concat(IntStream.of(prompt), IntStream.of(greedy)).toArray();
    List<NextTokens> next = nextTokens(engine, all);
    for (int i = 0; i < greedy.length; i++) {
      assertThat(next.get(prompt.length - 1 + i).ids()[0])
          .as("greedy token %d", i)
          .isEqualTo(greedy[i]);
    }
    for (JsonNode position : one.get("positions")) {
      NextTokens actual = next.get(position.get("position").asInt());
      JsonNode ids = position.get("top_ids");
      for (int i = 0; i < ids.size(); i++) {
        int rank = IntStream.of(actual.ids()).boxed().toList().indexOf(ids.get(i).asInt());
        assertThat(rank).as("rank of the likeliest token %d", i).isNotNegative();
        assertThat((double) actual.logProbabilities()[rank])
            .isCloseTo(
                position.get("log_probabilities").get(i).asDouble(),
                within(LOG_PROBABILITY_TOLERANCE));
      }
      assertThat((double) actual.entropy())
          .isCloseTo(position.get("entropy").asDouble(), within(LOG_PROBABILITY_TOLERANCE));
    }
    return one.get("positions").size();
  }

  private static List<NextTokens> nextTokens(Engine engine, int[] tokens) throws Exception {
    List<NextTokens> next = new ArrayList<>();
    try (Sequence sequence = engine.open(tokens.length, 0).get()) {
      for (int token : tokens) {
        next.add(sequence.advance(new int[] {token}, NONE, 12).get().next().orElseThrow());
      }
    }
    return next;
  }

  static int[] integers(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }
}
