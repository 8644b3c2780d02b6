package dev.panda.orchestrator.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.pairs.ChatJudge;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which language model judges, with {@code --judge}. */
final class JudgeOptions {
  private static final String KEY = "OPENAI_API_KEY";

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
          "With --judge: a server with OpenAI's API; a key is read from the environment variable "
              + KEY
              + " (default: ${DEFAULT-VALUE}).")
  private URI url;

  String model() {
    return model;
  }

  /** What the record of pairs says of the judge; never the key. */
  ObjectNode record(String criterion) {
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

  ChatJudge judge(String criterion) {
    Optional<String> key = Optional.ofNullable(System.getenv(KEY)).filter(text -> !text.isBlank());
    return new ChatJudge(criterion, url, model, key.map(String::strip));
  }
}
