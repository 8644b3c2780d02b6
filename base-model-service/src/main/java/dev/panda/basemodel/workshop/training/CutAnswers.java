package dev.panda.basemodel.workshop.training;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do with an answer that was cut at a limit. */
public enum CutAnswers {
  /** Learn the answer as it is; it does not teach the model to end. */
  LEARN {
    @Override
    Optional<Answer> apply(Answer cut) {
      return Optional.of(cut);
    }
  },
  /**
   * Cut the answer after its last complete sentence and learn to end there; leave it out if it has
   * none.
   */
  SHORTEN {
    @Override
    Optional<Answer> apply(Answer cut) {
      Matcher end = SENTENCE_END.matcher(cut.response());
      int length = 0;
      while (end.find()) {
        length = end.end();
      }
      return length == 0
          ? Optional.empty()
          : Optional.of(new Answer(cut.messages(), cut.response().substring(0, length), true));
    }
  },
  /** Leave the answer out. */
  LEAVE_OUT {
    @Override
    Optional<Answer> apply(Answer cut) {
      return Optional.empty();
    }
  };

  /** The end of a sentence: after a word, not after the number of a list item. */
  private static final Pattern SENTENCE_END =
      Pattern.compile("(?<=[\\p{L})\"'”’%])[.!?]+[)\"'”’]*(?=\\s|$)");

  /** The answer to learn in place of a cut one; empty if it is left out. */
  abstract Optional<Answer> apply(Answer cut);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
