package dev.panda.orchestrator.serving.client;

import dev.panda.orchestrator.serving.port.ServiceException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Checks a service's answer against its contract. What breaks the contract is a breach that names
 * the service and the field.
 *
 * @param service name and address, for people
 */
record AnswerCheck(String service) {

  ServiceException breach(String field, Object found, String expected) {
    return ServiceException.breach(service, field, found, expected);
  }

  void require(boolean holds, String field, Object found, String expected) {
    if (!holds) {
      throw breach(field, found, expected);
    }
  }

  void length(String field, List<?> values, int expected) {
    require(values.size() == expected, field, values.size() + " values", "" + expected);
  }

  int atLeastOne(String field, int value) {
    require(value >= 1, field, value, "1 or more");
    return value;
  }

  String fingerprint(String tokenizerFingerprint) {
    require(!tokenizerFingerprint.isEmpty(), "tokenizer_fingerprint", "empty", "a fingerprint");
    return tokenizerFingerprint;
  }

  double finite(String field, double value) {
    require(Double.isFinite(value), field, value, "a finite number");
    return value;
  }

  /** Exactly {@code length} finite numbers. */
  double[] finite(String field, List<? extends Number> values, int length) {
    return finite(field, values, length, i -> "a finite number");
  }

  /**
   * @param expected says what is expected of a value
   */
  double[] finite(
      String field, List<? extends Number> values, int length, IntFunction<String> expected) {
    length(field, values, length);
    double[] numbers = new double[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = values.get(i).doubleValue();
      if (!Double.isFinite(numbers[i])) {
        throw breach("%s[%d]".formatted(field, i), numbers[i], expected.apply(i));
      }
    }
    return numbers;
  }

  /** Token ids of a vocabulary. */
  int[] tokenIds(String field, List<Integer> ids, int vocabularySize) {
    int[] tokens = new int[ids.size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = ids.get(i);
      if (tokens[i] < 0 || tokens[i] >= vocabularySize) {
        throw breach("%s[%d]".formatted(field, i), tokens[i], "0 to " + (vocabularySize - 1));
      }
    }
    return tokens;
  }

  void allDifferent(String field, List<?> values) {
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < values.size(); i++) {
      if (!seen.add(values.get(i))) {
        throw breach("%s[%d]".formatted(field, i), values.get(i), "all different");
      }
    }
  }
}
