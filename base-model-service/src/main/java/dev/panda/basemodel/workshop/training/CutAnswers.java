package dev.panda.basemodel.workshop.training;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What becomes of an answer that was cut at a limit. */
public enum CutAnswers {
  /** It is learned as far as it goes, and does not teach to end. */
  LEARN {
    @Override
    Optional<Answer> apply(Answer cut) {
      return Optional.of(cut);
    }
  },
  /**
   * It ends with its last whole sentence, which teaches to end there; without one it is left out.
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
  /** It is not learned. */
  LEAVE_OUT {
    @Override
    Optional<Answer> apply(Answer cut) {
      return Optional.empty();
    }
  };

  /** After a word, not after the number of a list's item. */
  private static final Pattern SENTENCE_END =
      Pattern.compile("(?<=[\\p{L})\"'”’%])[.!?]+[)\"'”’]*(?=\\s|$)");

  /** The answer to learn in place of a cut one; none where it is left out. */
  abstract Optional<Answer> apply(Answer cut);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
