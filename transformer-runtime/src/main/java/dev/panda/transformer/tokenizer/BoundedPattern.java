package dev.panda.transformer.tokenizer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Accepts the regular expressions that cost at most a few steps for each character of a text. The
 * library's engine recurses into nested groups, and ends the process if one match takes ten million
 * steps.
 *
 * <p>A match steps back over an unbounded repetition once for each character, if something after it
 * fails. So only one unbounded repetition may stand before the last part that can fail, none in a
 * group, and the ways to match the other parts are counted.
 */
final class BoundedPattern {
  private static final int LONGEST = 4096;
  private static final int DEEPEST = 4;
  private static final int MOST_REPETITIONS = 16;

  /** Steps back for each character, in all alternatives together. */
  private static final int MOST_STEPS = 8;

  /** What may follow a backslash: the engine reads all of it as one character, class or border. */
  private static final Pattern ESCAPED =
      Pattern.compile(
          "[sSdDwWhHrntfvaebBAzZ]|[pP]\\{[\\w^ =-]{1,40}}|[^a-zA-Z0-9]"
              + "|x([0-9a-fA-F]{2}|\\{[0-9a-fA-F]{1,8}})|u[0-9a-fA-F]{4}");

  private static final Pattern COUNT = Pattern.compile("\\{(\\d{0,4})(,?)(\\d{0,4})}");

  /**
   * A part of an alternative.
   *
   * @param consumes whether every match of it takes a character
   * @param fails whether it may fail to match
   * @param ways number of lengths that it may match; 0 if unbounded
   */
  private record Item(boolean consumes, boolean fails, int ways) {}

  private final Part part;
  private final String pattern;
  private int at;
  private int steps;

  private BoundedPattern(Part part) {
    this.part = part;
    pattern = part.text(LONGEST);
  }

  /**
   * @throws dev.panda.transformer.checkpoint.CheckpointException if the pattern may cost too much,
   *     or match nothing
   */
  static void check(Part regex) {
    BoundedPattern bounded = new BoundedPattern(regex);
    bounded.alternatives(0);
    if (bounded.at < bounded.pattern.length()) {
      throw bounded.refused("no group to close");
    }
    if (bounded.steps > MOST_STEPS) {
      throw bounded.refused("fewer repetitions that may match in several ways");
    }
  }

  /** Parses until the end or the bracket that closes the group; says what the group as one is. */
  private Item alternatives(int depth) {
    boolean consumes = true;
    int ways = 0;
    while (true) {
      Item alternative = alternative(depth);
      consumes &= alternative.consumes();
      ways += alternative.ways();
      if (at >= pattern.length() || pattern.charAt(at) != '|') {
        break;
      }
      at++;
    }
    return new Item(consumes, true, ways);
  }

  private Item alternative(int depth) {
    boolean consumes = false;
    int ways = 1;
    boolean unbounded = false;
    int stepsBack = 0;
    while (at < pattern.length() && "|)".indexOf(pattern.charAt(at)) < 0) {
      Item item = quantified(depth);
      consumes |= item.consumes();
      if (item.fails()) {
        stepsBack = unbounded ? ways : 0;
      }
      if (item.ways() > 0) {
        ways = Math.min(Integer.MAX_VALUE / MOST_REPETITIONS, ways * item.ways());
      } else if (depth > 0) {
        throw refused("no unbounded repetition in a group");
      } else if (unbounded) {
        requireNothingThatFails(depth);
        break;
      } else {
        unbounded = true;
      }
      if (ways > MOST_REPETITIONS * MOST_REPETITIONS) {
        throw refused("fewer repetitions that may match in several ways");
      }
    }
    if (depth == 0 && !consumes) {
      throw refused("in each alternative a character that every match takes");
    }
    steps += stepsBack;
    return new Item(consumes, true, ways);
  }

  private void requireNothingThatFails(int depth) {
    while (at < pattern.length() && "|)".indexOf(pattern.charAt(at)) < 0) {
      if (quantified(depth).fails()) {
        throw refused("one unbounded repetition before a part that may fail");
      }
    }
  }

  private Item quantified(int depth) {
    int from = at;
    Item item = atom(depth);
    if (at >= pattern.length()) {
      return item;
    }
    Matcher count = COUNT.matcher(pattern).region(at, pattern.length());
    boolean counted = count.lookingAt() && count.end() - count.start() > 2;
    if (!counted && "*+?".indexOf(pattern.charAt(at)) < 0) {
      return item;
    }
    if (item.ways() != 1 && !(pattern.charAt(at) == '?')) {
      throw refused(from, "no repetition of a group with alternatives or repetitions");
    }
    if (counted) {
      at = count.end();
      return once(counted(item, count));
    }
    char quantifier = pattern.charAt(at++);
    boolean possessive = at < pattern.length() && pattern.charAt(at) == '+';
    at += possessive || (at < pattern.length() && pattern.charAt(at) == '?') ? 1 : 0;
    int ways = possessive ? 1 : quantifier == '?' ? item.ways() + 1 : 0;
    boolean atLeastOne = quantifier == '+';
    return once(new Item(atLeastOne && item.consumes(), atLeastOne, ways));
  }

  private Item counted(Item item, Matcher count) {
    int least = count.group(1).isEmpty() ? 0 : Integer.parseInt(count.group(1));
    boolean open = !count.group(2).isEmpty();
    int most = count.group(3).isEmpty() ? (open ? -1 : least) : Integer.parseInt(count.group(3));
    if (least > MOST_REPETITIONS || most > MOST_REPETITIONS) {
      throw refused("at most " + MOST_REPETITIONS + " counted repetitions");
    }
    return new Item(least > 0 && item.consumes(), least > 0, most < 0 ? 0 : most - least + 1);
  }

  private Item once(Item item) {
    if (at < pattern.length() && "*+?".indexOf(pattern.charAt(at)) >= 0) {
      throw refused("no repetition of a repetition");
    }
    return item;
  }

  private Item atom(int depth) {
    char first = pattern.charAt(at++);
    return switch (first) {
      case '[' -> {
        skipClass(0);
        yield new Item(true, true, 1);
      }
      case '\\' -> escape();
      case '(' -> group(depth);
      case '^', '$' -> new Item(false, true, 1);
      case '*', '+', '?' -> throw refused("something to repeat");
      default -> new Item(true, true, 1);
    };
  }

  private Item escape() {
    return new Item("bBAzZ".indexOf(skipEscaped()) < 0, true, 1);
  }

  /** Skips what belongs to the backslash before it; gives its first character. */
  private char skipEscaped() {
    Matcher escaped = ESCAPED.matcher(pattern).region(at, pattern.length());
    if (!escaped.lookingAt()) {
      throw refused("after a backslash one of sSdDwWhHrntfvaebBAzZ, p{…}, xHH, uHHHH or a sign");
    }
    at = escaped.end();
    return pattern.charAt(escaped.start());
  }

  private Item group(int depth) {
    if (depth >= DEEPEST) {
      throw refused("at most " + DEEPEST + " groups in each other");
    }
    boolean looks = pattern.startsWith("?=", at) || pattern.startsWith("?!", at);
    if (looks || pattern.startsWith("?:", at)) {
      at += 2;
    } else if (pattern.startsWith("?i:", at)) {
      at += 3;
    } else if (pattern.startsWith("?", at)) {
      throw refused("a group of the kind (?: ), (?i: ), (?= ) or (?! )");
    }
    Item inside = alternatives(depth + 1);
    if (at >= pattern.length()) {
      throw refused("a closing bracket");
    }
    at++;
    return looks ? new Item(false, true, 1) : inside;
  }

  /** Skips a class of characters after its opening bracket; classes may stand in classes. */
  private void skipClass(int depth) {
    if (depth > DEEPEST) {
      throw refused("at most " + DEEPEST + " classes in each other");
    }
    at += pattern.startsWith("^", at) ? 1 : 0;
    boolean first = true;
    for (; at < pattern.length(); first = false) {
      char character = pattern.charAt(at++);
      if (character == ']' && !first) {
        return;
      }
      if (character == '[') {
        skipClass(depth + 1);
      } else if (character == '\\') {
        skipEscaped();
      }
    }
    throw refused("a bracket that closes the class");
  }

  private RuntimeException refused(String expected) {
    return refused(Math.max(0, at - 1), expected);
  }

  private RuntimeException refused(int from, String expected) {
    return part.refused(
        "at character %d of %s".formatted(from, pattern), "a pattern of bounded cost: " + expected);
  }
}
