package dev.panda.basemodel.workshop.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.checkpoint.RewardModelEntry;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What the card of a reward model says in short.
 *
 * @param role {@code guide}, or the judge of another one, and whether it has weights of its own
 * @param layer whose hidden states it reads, from 1
 * @param accuracy on whole responses that it did not learn from, with the ends of its interval
 * @param fault why the card cannot be read; empty if it can
 */
public record RewardSummary(
    RewardModelEntry entry,
    JsonNode card,
    String role,
    OptionalInt layer,
    Optional<Interval> accuracy,
    Optional<String> fault) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WHOLE = 100;

  /** A number with the ends of its confidence interval. */
  public record Interval(double value, double low, double high) {}

  static RewardSummary of(RewardModelEntry entry) {
    JsonNode card = JSON.createObjectNode();
    Optional<String> fault = Optional.empty();
    try {
      card = JSON.readTree(entry.card().toFile());
    } catch (IOException damaged) {
      fault = Optional.of(entry.card() + ": cannot be read: " + reason(damaged));
    }
    JsonNode layer = card.path("readout").path("layer");
    return new RewardSummary(
        entry,
        card,
        role(entry, card),
        layer.isInt() ? OptionalInt.of(layer.asInt()) : OptionalInt.empty(),
        accuracy(card.path("training").path("evaluation").path("accuracies")),
        fault);
  }

  /** Jackson adds the place in the text on further lines. */
  private static String reason(IOException damaged) {
    return String.valueOf(damaged.getMessage()).lines().findFirst().orElse("");
  }

  private static String role(RewardModelEntry entry, JsonNode card) {
    String guided = card.path("training").path("counterpart").path("preference").asText();
    String role = entry.judges() ? "judge of " + guided : "guide";
    if (entry.hasOwnWeights()) {
      return role + ", own weights";
    }
    return card.hasNonNull("token_head") ? role + ", token head" : role;
  }

  private static Optional<Interval> accuracy(JsonNode accuracies) {
    for (JsonNode accuracy : accuracies) {
      JsonNode head = accuracy.path("head");
      OptionalDouble value = number(head.path("value"));
      if (accuracy.path("percent").asInt() == WHOLE && value.isPresent()) {
        return Optional.of(
            new Interval(
                value.getAsDouble(), head.path("low").asDouble(), head.path("high").asDouble()));
      }
    }
    return Optional.empty();
  }

  private static OptionalDouble number(JsonNode node) {
    return node.isNumber() ? OptionalDouble.of(node.asDouble()) : OptionalDouble.empty();
  }
}
