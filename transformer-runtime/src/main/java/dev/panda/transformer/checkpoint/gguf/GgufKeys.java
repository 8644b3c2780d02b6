package dev.panda.transformer.checkpoint.gguf;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The keys of a GGUF file that describe its model, such as {@code llama.block_count}.
 *
 * @param architecture the prefix of these keys
 */
record GgufKeys(Gguf gguf, String architecture) {

  OptionalInt integer(String name) {
    return integerAt(key(name));
  }

  /** An integer under its whole key. */
  OptionalInt integerAt(String key) {
    OptionalLong value = gguf.integer(key);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.getAsLong() < 0 || value.getAsLong() > Integer.MAX_VALUE) {
      throw gguf.error(key + ": " + value.getAsLong() + " (expected: 0 to 2^31 - 1)");
    }
    return OptionalInt.of((int) value.getAsLong());
  }

  int requiredInteger(String name) {
    return integer(name).orElseThrow(() -> missing(name));
  }

  OptionalDouble number(String name) {
    return gguf.number(key(name));
  }

  RuntimeException missing(String name) {
    return gguf.error(key(name) + ": missing");
  }

  String key(String name) {
    return architecture + "." + name;
  }
}
