package dev.panda.transformer.jinja;

import java.util.List;
import java.util.Map;

/** The filters that take text. */
final class TextFilters {
  private static final int SHORTENED = 255;
  private static final int LEEWAY = 5;

  static final Map<String, Builtin> ALL =
      new Builtin.Table()
          .add("upper(s)", (run, a) -> TextMethods.upper(run, a.str(run, 0)))
          .add("lower(s)", (run, a) -> TextMethods.lower(run, a.str(run, 0)))
          .add("capitalize(s)", (run, a) -> TextMethods.title(run, a.str(run, 0), true))
          .add("title(s)", TextFilters::title)
          .add("trim(value, chars=)", TextFilters::trim)
          .add("replace(s, old, new, count=)", TextFilters::replace)
          .add("string(s)", (run, a) -> a.str(run, 0))
          .add("safe(value)", (run, a) -> a.str(run, 0).withMarkup(true))
          .add("escape(s)", (run, a) -> Escaping.escape(run, a.str(run, 0)))
          .alias("e", "escape")
          .add(
              "forceescape(value)",
              (run, a) -> Escaping.escape(run, a.str(run, 0).withMarkup(false)))
          .add("center(value, width=)", TextFilters::center)
          .add("indent(s, width=, first=, blank=)", TextFilters::indent)
          .add("truncate(s, length=, killwords=, end=, leeway=)", TextFilters::truncate)
          .add("format(value, *, **)", TextFilters::format)
          .build();

  private TextFilters() {}

  /** Unlike Python's {@code title}: a word begins after a space or a bracket only. */
  private static Text title(Run run, Bound arguments) {
    Text text = arguments.str(run, 0);
    run.step(text.chars().length());
    run.charge(3L * text.chars().length());
    StringBuilder title = new StringBuilder();
    boolean begins = true;
    int from = 0;
    for (int i = 0; i <= text.chars().length(); i++) {
      boolean breaks = i == text.chars().length() || isBreak(text.chars().charAt(i));
      if (breaks != begins || i == text.chars().length()) {
        title.append(begins ? text.chars().substring(from, i) : word(text.chars(), from, i));
        from = i;
        begins = breaks;
      }
    }
    return text.as(run, title.toString()).withMarkup(false);
  }

  private static boolean isBreak(char character) {
    return Characters.isSpace(character) || "-({[<".indexOf(character) >= 0;
  }

  private static String word(String chars, int from, int to) {
    int first = chars.offsetByCodePoints(from, 1);
    return Characters.upper(chars.substring(from, first))
        + Characters.lower(chars.substring(first, to));
  }

  private static Text trim(Run run, Bound arguments) {
    return TextMethods.strip(run, arguments.str(run, 0), arguments.optionalText(1), true, true);
  }

  private static Text replace(Run run, Bound arguments) {
    Text text = arguments.str(run, 0).withMarkup(false);
    long most = arguments.isNone(3) ? -1 : arguments.integer(3, -1);
    return TextMethods.replace(run, text, arguments.str(run, 1), arguments.str(run, 2), most);
  }

  private static Text center(Run run, Bound arguments) {
    return TextMethods.pad(
        run, arguments.str(run, 0), arguments.integer(1, 80), Text.of(" "), TextMethods.CENTER);
  }

  private static Object indent(Run run, Bound arguments) {
    Text text = arguments.text(0);
    Text indent =
        arguments.get(1) instanceof Text some
            ? some
            : Arithmetic.repeat(run, Text.of(" "), arguments.integer(1, 4));
    indent = text.markup() ? Escaping.escape(run, indent.withMarkup(true)) : indent;
    Text newLine = Text.of("\n").withMarkup(text.markup());
    List<Object> lines = Splitting.lines(run, (Text) Arithmetic.add(run, text, newLine), false);
    boolean blank = arguments.truth(3, false);
    TextBuilder all = new TextBuilder(run);
    for (int i = 0; i < lines.size(); i++) {
      Text line = (Text) lines.get(i);
      boolean indented = i == 0 ? arguments.truth(2, false) : blank || !line.isEmpty();
      all.add(i == 0 ? Text.EMPTY : newLine).add(indented ? indent : Text.EMPTY).add(line);
    }
    return all.build().withMarkup(text.markup());
  }

  private static Object truncate(Run run, Bound arguments) {
    long length = arguments.integer(1, SHORTENED);
    Text end = arguments.get(3) == null ? Text.of("...") : arguments.text(3);
    long leeway = arguments.isNone(4) ? LEEWAY : arguments.integer(4, LEEWAY);
    if (length < end.length() || leeway < 0) {
      throw new TemplateException("truncate: length " + length + ", leeway " + leeway);
    }
    if (Sequences.length(arguments.get(0)) - leeway <= length) {
      return arguments.get(0);
    }
    Text text = arguments.text(0);
    Text cut = text.part(run, 0, text.offset(run, length - end.length()));
    int space = cut.chars().lastIndexOf(' ');
    boolean atWord = !arguments.truth(2, false) && space >= 0;
    return Arithmetic.add(run, atWord ? cut.part(run, 0, space) : cut, end);
  }

  private static Text format(Run run, Bound arguments) {
    if (!arguments.more().isEmpty() && !arguments.named().isEmpty()) {
      throw new TemplateException("format: both positional and named arguments");
    }
    Object values =
        arguments.named().isEmpty()
            ? TupleValue.of(arguments.more())
            : DictValue.of(run, arguments.named());
    return Printf.format(run, arguments.str(run, 0), values);
  }
}
