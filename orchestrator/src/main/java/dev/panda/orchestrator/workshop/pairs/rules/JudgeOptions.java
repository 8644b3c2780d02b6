package dev.panda.orchestrator.workshop.pairs.rules;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.HttpUrlConverter;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that name the language model which judges, with {@code --judge}. */
public final class JudgeOptions {
  private static final String KEY = "OPENAI_API_KEY";
  private static final Pattern PRINTABLE = Pattern.compile("[!-~]+");
  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[::1]");

  @Option(
      names = "--judge-model",
      paramLabel = "NAME",
      description = "With --judge: the judging model's name at its server.")
  private String model;

  @Option(
      names = "--judge-url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8000/v1",
      converter = HttpUrlConverter.class,
      description =
          "With --judge: a server with OpenAI's API. The key comes from the environment variable "
              + KEY
              + " and is sent only by https or to this machine (default: ${DEFAULT-VALUE}).")
  private URI url;

  public String model() {
    return model;
  }

  /** Describes the judge for the record of the pairs; never includes the key. */
  public ObjectNode record(String criterion) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("criterion", criterion)
        .put("model", model)
        .put("host", url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort())
        .put(
            "method",
            "each answer graded alone, at temperature 0: one question an answer, no order of two"
                + " for the judge to favour, and equal grades make no pair");
  }

  /**
   * @throws CommandFailure if the key is malformed, or would be sent unencrypted
   */
  ChatJudge judge(String criterion) {
    return new ChatJudge(criterion, url, model, key(Optional.ofNullable(System.getenv(KEY)), url));
  }

  /** Checks the key to send. Messages never include it, because failures are reported. */
  static Optional<String> key(Optional<String> set, URI url) {
    Optional<String> key = set.map(String::strip).filter(text -> !text.isEmpty());
    if (key.isPresent() && !PRINTABLE.matcher(key.get()).matches()) {
      throw new CommandFailure(
          KEY + ": malformed (expected: printable ASCII without blanks)",
          "Set it to the key alone, exactly as its provider gives it.");
    }
    if (key.isPresent() && "http".equals(url.getScheme()) && !isLoopback(url)) {
      throw new CommandFailure(
          "--judge-url: "
              + url
              + " (expected: https://…, or a server on this machine, as "
              + KEY
              + " is set and would be sent unencrypted)",
          "Give an https address, or unset " + KEY + " if the server needs no key.");
    }
    return key;
  }

  private static boolean isLoopback(URI url) {
    return LOOPBACK.matcher(url.getHost()).matches();
  }
}
