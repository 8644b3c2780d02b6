package dev.panda.transformer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded damage to a file's bytes; {@code -Dtest.seed=…} replays a run.
 *
 * @param seed printed by the test that uses it
 */
public record Mutations(long seed) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Values that make no sense in most places; the empty text removes. */
  private static final List<String> NONSENSE =
      List.of(
          "",
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1",
          "0.5",
          "2147483647",
          "2147483648",
          "-9223372036854775808",
          "99999999999999999999999",
          "1e308",
          "-1e308",
          "1e-308",
          "1e999",
          "\"\"",
          "\"x\"",
          "\"../../x\"",
          "\"\\u0000\"",
          "\"\\ud83d\"",
          "[]",
          "{}",
          "[[[[[]]]]]",
          "[0, 0]",
          "{\"a\": {\"b\": null}}");

  public static Mutations seeded() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("test.seed=" + seed);
    return new Mutations(seed);
  }

  /**
   * Damages a copy: replaces some bytes, and truncates every fourth copy.
   *
   * @param from offset of the first byte that may be damaged
   * @param to offset after the last byte that may be damaged
   */
  public byte[] damage(byte[] bytes, int round, int from, int to) {
    SplittableRandom random = new SplittableRandom(seed * 31 + round);
    byte[] damaged = bytes.clone();
    int flips = 1 + random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      damaged[from + random.nextInt(to - from)] = (byte) random.nextInt(256);
    }
    return round % 4 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : damaged;
  }

  /**
   * Puts nonsense into a copy of a JSON object: removes one of its values, at any depth, or
   * replaces it by one that makes no sense there.
   */
  public byte[] nonsense(byte[] json, int round) {
    SplittableRandom random = new SplittableRandom(seed * 31 + round);
    try {
      JsonNode root = JSON.readTree(json);
      List<JsonNode> containers = new ArrayList<>();
      collect(root, containers);
      JsonNode container = containers.get(random.nextInt(containers.size()));
      JsonNode value = JSON.readTree(NONSENSE.get(random.nextInt(NONSENSE.size())));
      int place = random.nextInt(container.size());
      if (container instanceof ArrayNode array) {
        array.set(place, value);
      } else if (container instanceof ObjectNode object) {
        String name = new ArrayList<>(object.properties()).get(place).getKey();
        if (value.isMissingNode()) {
          object.remove(name);
        } else {
          object.set(name, value);
        }
      }
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode() && !node.isEmpty()) {
      containers.add(node);
    }
    node.forEach(child -> collect(child, containers));
  }
}
