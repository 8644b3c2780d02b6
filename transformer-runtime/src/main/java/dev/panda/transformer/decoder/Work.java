package dev.panda.transformer.decoder;

import java.util.Locale;

/** What a model will compute most of the time, which decides what format is fastest. */
public enum Work {
  /** The next token of one sequence. */
  NEXT_TOKEN(1, 0),
  /** One accepted token, and candidates for the next. */
  CANDIDATES(1, 10),
  /** Whole texts. */
  TEXTS(128, 0);

  private final int accepted;
  private final int candidates;

  Work(int accepted, int candidates) {
    this.accepted = accepted;
    this.candidates = candidates;
  }

  /** In words, for logs. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  int rows() {
    return accepted + candidates;
  }

  int accepted() {
    return accepted;
  }

  int candidates() {
    return candidates;
  }
}
