package dev.panda.transformer.jinja;

import java.time.LocalDateTime;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One rendering: its variables, its output, and what it has spent. Templates may come from
 * untrusted sources, so everything that a template makes is counted before it is made.
 */
final class Run {
  /** What an item of a list counts, in characters; so does a text beside its characters. */
  static final int ITEM = 16;

  private static final long STEPS = 5_000_000;
  private static final long CHARACTERS = 1 << 24;
  private static final int STEPS_EACH = 8;
  private static final int CHARACTERS_EACH = 16;
  private static final int DEEPEST = 100;

  private final Map<String, Object> variables;
  private final LocalDateTime now;
  private final long mostSteps;
  private final long mostCharacters;
  private TextBuilder output;
  private long steps;
  private long characters;
  private int depth;
  private int line = 1;

  /**
   * @param size characters of the conversation: a longer one may cost more
   */
  Run(Map<String, Object> variables, LocalDateTime now, long size) {
    this.variables = variables;
    this.now = now;
    mostSteps = STEPS + STEPS_EACH * size;
    mostCharacters = CHARACTERS + CHARACTERS_EACH * size;
    output = new TextBuilder(this);
  }

  /** A run that builds values before any template runs. */
  static Run unlimited() {
    return new Run(Map.of(), LocalDateTime.MIN, Long.MAX_VALUE / CHARACTERS_EACH / 2);
  }

  LocalDateTime now() {
    return now;
  }

  /** The value of a variable or function; Java's null if there is none. */
  Object global(String name) {
    Object value = variables.get(name);
    return value == null ? Functions.ALL.get(name) : value;
  }

  TextBuilder output() {
    return output;
  }

  int line() {
    return line;
  }

  void at(int newLine) {
    line = newLine;
  }

  void step() {
    step(1);
  }

  /** Counts the work of looking at all characters of a text. */
  void scan(Text text) {
    step(text.chars().length() >> 4);
  }

  /** Counts work: one for each part of the template, and one for each 16 characters. */
  void step(long number) {
    steps += number;
    if (steps > mostSteps) {
      throw new LimitException("steps: too many", mostSteps);
    }
  }

  /** Counts memory, in characters, that is about to be taken. */
  void charge(long number) {
    characters += number;
    if (characters > mostCharacters) {
      throw new LimitException("characters in all values: too many", mostCharacters);
    }
    step(number >> 4);
  }

  /** Refuses what {@link #charge} would refuse, before any of it is made. */
  void requireRoom(long times, long each) {
    if (each > 0 && times > (mostCharacters - characters) / each) {
      charge(mostCharacters);
    }
  }

  /** Runs something that may nest, up to a limit. */
  void deeper(Runnable body) {
    if (depth == DEEPEST) {
      throw new LimitException("depth of calls or values: too deep", DEEPEST);
    }
    depth++;
    try {
      body.run();
    } finally {
      depth--;
    }
  }

  /** What a body writes, as a text. */
  Text capture(Runnable body) {
    TextBuilder outer = output;
    output = new TextBuilder(this);
    try {
      body.run();
      return output.build();
    } finally {
      output = outer;
    }
  }

  /** As {@link #deeper}, with a result. */
  <T> T nested(Supplier<T> body) {
    Object[] result = new Object[1];
    deeper(() -> result[0] = body.get());
    @SuppressWarnings("unchecked")
    T value = (T) result[0];
    return value;
  }
}
