package dev.panda.orchestrator.serving.client;

import dev.panda.answer.ErrorDetails;
import dev.panda.answer.ErrorDetails.Violation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fields of {@code Generate} that the fields of requests to the services come from. A field of
 * those that comes from none is not named to clients, who never set it.
 */
final class Fields {
  private static final Map<Pattern, String> NAMES =
      Map.of(
          Pattern.compile("text"), "text",
          Pattern.compile("chat(\\..*)?"), "chat$1",
          Pattern.compile("(open\\.)?prompt(\\..*|_token_ids(\\[.*)?)?"), "prompt",
          Pattern.compile("open\\.max_tokens"), "max_tokens",
          Pattern.compile("open\\.(k|max_candidates)"), "k");

  private static final String FIELD = "field";

  private Fields() {}

  /** Names the fields at fault as {@code Generate} does. */
  static ErrorDetails ofGenerate(ErrorDetails details) {
    Map<String, String> metadata = new HashMap<>(details.metadata());
    String field = metadata.remove(FIELD);
    if (field != null) {
      ofGenerate(field).ifPresent(own -> metadata.put(FIELD, own));
    }
    List<Violation> violations =
        details.violations().stream()
            .flatMap(
                violation ->
                    ofGenerate(violation.field())
                        .map(own -> new Violation(own, words(violation, violation.description())))
                        .stream())
            .toList();
    return new ErrorDetails(
        details.reason(), details.domain(), metadata, violations, details.retryDelay());
  }

  /** Names the field at fault as {@code Generate} does, if a message begins with it. */
  static String inWords(ErrorDetails details, String message) {
    String told = message;
    for (Violation violation : details.violations()) {
      told = words(violation, told);
    }
    return told;
  }

  private static String words(Violation violation, String message) {
    String prefix = violation.field() + ": ";
    if (!message.startsWith(prefix)) {
      return message;
    }
    String rest = message.substring(prefix.length());
    return ofGenerate(violation.field()).map(own -> own + ": " + rest).orElse(rest);
  }

  private static Optional<String> ofGenerate(String field) {
    for (Map.Entry<Pattern, String> name : NAMES.entrySet()) {
      Matcher matcher = name.getKey().matcher(field);
      if (matcher.matches()) {
        return Optional.of(matcher.replaceFirst(name.getValue()));
      }
    }
    return Optional.empty();
  }
}
