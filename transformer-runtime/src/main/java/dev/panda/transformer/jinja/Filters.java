package dev.panda.transformer.jinja;

import java.util.List;
import java.util.Map;

/** The filters of jinja2; the first parameter is the value before the bar. */
final class Filters {
  static final Map<String, Builtin> ALL =
      new Builtin.Table()
          .addAll(TextFilters.ALL)
          .addAll(ListFilters.ALL)
          .addAll(SelectingFilters.ALL)
          .add("tojson(x, ensure_ascii=, indent=, separators=, sort_keys=)", Json::dumps)
          .add("default(value, default_value=, boolean=)", Filters::orDefault)
          .alias("d", "default")
          .add(
              "attr(obj, name)",
              (run, a) -> Attributes.attributeOnly(run, a.get(0), a.text(1).chars()))
          .add("abs(x, /)", Filters::abs)
          .add("int(value, default=, base=)", Casts::toInteger)
          .add("float(value, default=)", Casts::toFloat)
          .add("round(value, precision=, method=)", Filters::round)
          .refuse("filter", "filesizeformat", "pprint", "random", "striptags", "urlencode")
          .refuse("filter", "urlize", "wordcount", "wordwrap", "xmlattr")
          .build();

  private Filters() {}

  static Builtin get(String name) {
    Builtin filter = ALL.get(name);
    if (filter == null) {
      throw new TemplateException("no filter " + name);
    }
    return filter;
  }

  private static Object orDefault(Run run, Bound arguments) {
    Object value = arguments.get(0);
    boolean absent =
        value instanceof Undefined || (arguments.truth(2, false) && !Types.truth(value));
    return absent ? arguments.get(1, Text.EMPTY) : value;
  }

  private static Object abs(Run run, Bound arguments) {
    Object value = arguments.get(0);
    if (value instanceof Double number) {
      return Math.abs(number);
    }
    return Types.integer(value) < 0 ? Arithmetic.negate(value) : Types.integer(value);
  }

  private static Object round(Run run, Bound arguments) {
    Object value = arguments.get(0);
    long digits = arguments.integer(1, 0);
    String method = arguments.get(2) == null ? "common" : arguments.text(2).chars();
    if (!List.of("common", "ceil", "floor").contains(method)) {
      throw new TemplateException("round: " + method + " (expected: common, ceil or floor)");
    }
    if (method.equals("common")) {
      boolean whole = Types.isInteger(value) && digits >= 0;
      return whole ? (Object) Types.integer(value) : roundHalfEven(value, digits);
    }
    Object factor = Arithmetic.power(10L, digits);
    double scaled = Types.number(Arithmetic.multiply(run, value, factor));
    double rounded = method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled);
    return rounded / Types.number(factor);
  }

  private static Object roundHalfEven(Object value, long digits) {
    double rounded = Floats.round(Types.number(value), digits);
    return value instanceof Double ? (Object) rounded : (Object) (long) rounded;
  }
}
