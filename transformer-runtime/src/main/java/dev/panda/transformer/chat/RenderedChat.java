package dev.panda.transformer.chat;

import java.util.List;

/**
 * A conversation as text, and which of its characters come from contents of messages.
 *
 * @param text the whole text, including the special tokens
 * @param contents where the text comes from contents, in order; no two spans touch
 */
public record RenderedChat(String text, List<Span> contents) {

  public RenderedChat {
    contents = List.copyOf(contents);
    int free = -1;
    for (Span span : contents) {
      if (span.start() <= free || span.end() > text.length()) {
        throw new IllegalArgumentException(
            "contents: %s (expected: ordered spans of %d characters that do not touch)"
                .formatted(contents, text.length()));
      }
      free = span.end();
    }
  }

  /**
   * A piece of text, at least one character long.
   *
   * @param start index of its first UTF-16 unit
   * @param end index after its last UTF-16 unit
   */
  public record Span(int start, int end) {
    public Span {
      if (start < 0 || end <= start) {
        throw new IllegalArgumentException(
            "span: %d to %d (expected: a start, and an end after it)".formatted(start, end));
      }
    }
  }
}
