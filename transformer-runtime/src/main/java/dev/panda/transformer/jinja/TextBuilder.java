package dev.panda.transformer.jinja;

import java.util.Arrays;

/** Builds a text; counts every character before it is added. */
final class TextBuilder {
  private final Run run;
  private final StringBuilder chars = new StringBuilder();
  private int[] spans = {};
  private int length;

  TextBuilder(Run run) {
    this.run = run;
    run.charge(Run.ITEM);
  }

  /** Adds the template's own characters. */
  TextBuilder add(String more) {
    run.charge(more.length());
    chars.append(more);
    return this;
  }

  TextBuilder add(Text more) {
    int start = chars.length();
    add(more.chars());
    int[] added = more.spans();
    for (int i = 0; i < added.length; i += 2) {
      mark(start + added[i], start + added[i + 1]);
    }
    return this;
  }

  /** Adds part of a text. */
  TextBuilder add(Text more, int from, int to) {
    return add(more.part(run, from, to));
  }

  /** Adds characters in place of one of a text, and of its origin. */
  TextBuilder addFor(String more, boolean content) {
    int start = chars.length();
    add(more);
    if (content) {
      mark(start, chars.length());
    }
    return this;
  }

  private void mark(int start, int end) {
    if (start == end) {
      return;
    }
    if (length > 0 && spans[length - 1] == start) {
      spans[length - 1] = end;
      return;
    }
    if (length == spans.length) {
      run.charge(length + 8L);
      spans = Arrays.copyOf(spans, length * 2 + 8);
    }
    spans[length++] = start;
    spans[length++] = end;
  }

  Text build() {
    return new Text(chars.toString(), Arrays.copyOf(spans, length), false);
  }
}
