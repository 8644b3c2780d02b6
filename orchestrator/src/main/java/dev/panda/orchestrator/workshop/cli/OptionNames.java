package dev.panda.orchestrator.workshop.cli;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words a refusal with the options that set the contract's fields and values. */
final class OptionNames {
  private static final Map<String, String> OF_FIELDS =
      Map.ofEntries(
          entry("text", "prompt"),
          entry("chat", "prompt"),
          entry("preferences", "--preference"),
          entry("method", "--method"),
          entry("lambdas", "--lambda"),
          entry("lambda_mode", "--lambda-mode"),
          entry("max_mean_kl", "--max-mean-kl"),
          entry("base_score", "--base-score"),
          entry("reward_unit", "--reward-unit"),
          entry("k", "-k"),
          entry("max_tokens", "--max-tokens"),
          entry("stop", "--stop"),
          entry("seed", "--seed"),
          entry("temperature", "--temperature"),
          entry("top_p", "--top-p"),
          entry("n", "--best-of"),
          entry("args_weight", "--args-weight"),
          entry("draft", "--draft"),
          entry("all_candidates", "--all-candidates"));

  /** A path like {@code lambdas[0].time_constant}: its root, and the part that is worth naming. */
  private static final Pattern FIELD =
      Pattern.compile("^(\\w+)(?:\\[\\d+])?(?:\\.(?:name|messages\\S*|(\\w+)))?: ");

  private static final Pattern VALUE =
      Pattern.compile("\\b(METHOD|LAMBDA_MODE|BASE_SCORE|REWARD_UNIT)_([A-Z_]+)\\b");

  private OptionNames() {}

  /**
   * Replaces the field and the values of a refusal {@code field: value (expected: …)} by the
   * options and their values. Returns any other text unchanged.
   */
  static String of(String refusal) {
    Matcher field = FIELD.matcher(refusal);
    if (!field.find() || !OF_FIELDS.containsKey(field.group(1))) {
      return refusal;
    }
    String option = OF_FIELDS.get(field.group(1));
    String part = field.group(2) == null ? "" : " " + field.group(2).replace('_', ' ');
    return option
        + part
        + ": "
        + VALUE
            .matcher(refusal.substring(field.end()))
            .replaceAll(value -> inWords(value.group(1), value.group(2), option));
  }

  /** A value as people write it, after its option's name unless that name is already said. */
  private static String inWords(String prefix, String constant, String said) {
    String option = OF_FIELDS.get(prefix.toLowerCase(Locale.ROOT));
    return (option.equals(said) ? "" : option + " ") + words(constant);
  }

  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
