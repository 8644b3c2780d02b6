package dev.panda.transformer.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code datetime.strftime} on Linux, in English. */
final class Strftime {
  private static final int LONGEST = 200;

  /** What each character of a format costs, and how many characters it becomes at most. */
  private static final int STEPS = 64;

  private static final int WIDEST = 32;
  private static final Pattern DIRECTIVE =
      Pattern.compile("%([-_0^#]*)(\\d{0,2})(.)", Pattern.DOTALL);

  private Strftime() {}

  static Text format(Run run, Text format) {
    if (format.chars().length() > LONGEST) {
      throw new LimitException("strftime_now: a format of too many characters", LONGEST);
    }
    run.step((long) STEPS * format.chars().length());
    run.charge((long) WIDEST * format.chars().length());
    return Text.mixed(format(run.now(), format.chars()), format);
  }

  static String format(LocalDateTime time, String format) {
    Matcher directive = DIRECTIVE.matcher(format);
    StringBuilder out = new StringBuilder();
    while (directive.find()) {
      directive.appendReplacement(out, "");
      out.append(directive(time, directive));
    }
    return directive.appendTail(out).toString();
  }

  private static String directive(LocalDateTime time, Matcher directive) {
    String flags = directive.group(1);
    char letter = directive.group(3).charAt(0);
    String text = text(time, letter);
    if (text == null) {
      return directive.group();
    }
    boolean number = !text.isEmpty() && text.chars().allMatch(Character::isDigit);
    if (number && flags.contains("-")) {
      text = text.replaceFirst("^[0 ]+(?=.)", "");
    } else if (flags.contains("_")) {
      text = text.replaceFirst("^0(?=\\d)", " ");
    } else if (flags.contains("0")) {
      text = text.replace(' ', '0');
    }
    int width = directive.group(2).isEmpty() ? 0 : Integer.parseInt(directive.group(2));
    String fill = number && !flags.contains("_") ? "0" : " ";
    String padded = fill.repeat(Math.max(0, width - text.length())) + text;
    return flags.contains("^") || (flags.contains("#") && letter != 'p')
        ? padded.toUpperCase(Locale.ROOT)
        : flags.contains("#") ? padded.toLowerCase(Locale.ROOT) : padded;
  }

  private static String text(LocalDateTime time, char letter) {
    return switch (letter) {
      case 'a' -> of(time, "EEE");
      case 'A' -> of(time, "EEEE");
      case 'b', 'h' -> of(time, "MMM");
      case 'B' -> of(time, "MMMM");
      case 'c' -> format(time, "%a %b %e %H:%M:%S %Y");
      case 'C' -> padded(time.getYear() / 100, 2, '0');
      case 'd' -> of(time, "dd");
      case 'D', 'x' -> of(time, "MM/dd/yy");
      case 'e' -> padded(time.getDayOfMonth(), 2, ' ');
      case 'f' -> of(time, "SSSSSS");
      case 'F' -> of(time, "yyyy-MM-dd");
      case 'g' -> padded(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0');
      case 'G' -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> of(time, "HH");
      case 'I' -> of(time, "hh");
      case 'j' -> of(time, "DDD");
      case 'k' -> padded(time.getHour(), 2, ' ');
      case 'l' -> padded(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, ' ');
      case 'm' -> of(time, "MM");
      case 'M' -> of(time, "mm");
      case 'n' -> "\n";
      case 'p' -> of(time, "a");
      case 'P' -> of(time, "a").toLowerCase(Locale.ROOT);
      case 'r' -> of(time, "hh:mm:ss a");
      case 'R' -> of(time, "HH:mm");
      case 'S' -> of(time, "ss");
      case 't' -> "\t";
      case 'T', 'X' -> of(time, "HH:mm:ss");
      case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
      case 'U' ->
          padded((time.getDayOfYear() + 6 - time.getDayOfWeek().getValue() % 7) / 7, 2, '0');
      case 'V' -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0');
      case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
      case 'W' -> padded((time.getDayOfYear() + 7 - time.getDayOfWeek().getValue()) / 7, 2, '0');
      case 'y' -> of(time, "yy");
      case 'Y' -> String.valueOf(time.getYear());
      case 'z', 'Z' -> "";
      case '%' -> "%";
      case 's' -> throw new TemplateException("strftime_now: seconds since 1970: not available");
      default -> null;
    };
  }

  private static String of(LocalDateTime time, String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
  }

  private static String padded(int number, int width, char fill) {
    String digits = String.valueOf(number);
    return String.valueOf(fill).repeat(Math.max(0, width - digits.length())) + digits;
  }
}
