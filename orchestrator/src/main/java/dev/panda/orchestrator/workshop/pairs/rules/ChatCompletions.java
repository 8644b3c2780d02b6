package dev.panda.orchestrator.workshop.pairs.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * A language model behind OpenAI's chat completions API. Failures that may pass are tried again: no
 * room (429), failures of the server (5xx), broken connections and timeouts. Any number of threads
 * may ask.
 */
final class ChatCompletions {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);
  private static final int ATTEMPTS = 6;
  private static final int MAX_TOKENS = 1024;
  private static final String NEWER_LIMIT = "max_completion_tokens";
  private static final int MAX_REPLY_BYTES = 1 << 20;
  private static final int EXCERPT = 200;
  private static final String CHECK_URL =
      "Check --judge-url: it has to be a server with OpenAI's chat completions API.";

  /** Waits before the next attempt. */
  interface Pause {
    void forAsLongAs(Duration duration) throws InterruptedException;
  }

  private final URI url;
  private final String model;
  private final Optional<String> key;
  private final Pause pause;
  private volatile String limit = "max_tokens";
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /**
   * @param base URL to which {@code /chat/completions} is added
   * @param key sent as the bearer token
   */
  ChatCompletions(URI base, String model, Optional<String> key, Pause pause) {
    this.url = URI.create(base.toString().replaceFirst("/+$", "") + "/chat/completions");
    this.model = model;
    this.key = key;
    this.pause = pause;
  }

  String model() {
    return model;
  }

  /**
   * Asks for the reply to one message, at temperature 0; empty if the model gives none.
   *
   * @throws CommandFailure if the server refuses, keeps failing, says too much, or cuts the reply
   *     off
   */
  String reply(String message) throws InterruptedException {
    Duration wait = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      String failure;
      Duration asked = Duration.ZERO;
      try {
        String sent = limit;
        HttpResponse<InputStream> response =
            client.send(request(message, sent), BodyHandlers.ofInputStream());
        String body = read(response);
        if (response.statusCode() == 200) {
          return content(body);
        }
        if (response.statusCode() == 400 && !sent.equals(NEWER_LIMIT) && wantsNewerLimit(body)) {
          limit = NEWER_LIMIT;
          continue;
        }
        failure = describe(response.statusCode(), body);
        if (!mayPass(response.statusCode())) {
          throw new CommandFailure(failure, remedy(response.statusCode()));
        }
        asked = retryAfter(response);
      } catch (ConnectException unreachable) {
        throw new CommandFailure(
            "no judge answers at " + url, "Start it, or correct --judge-url.", unreachable);
      } catch (IOException broken) {
        failure = "judge at " + url + ": " + broken;
      }
      if (attempt >= ATTEMPTS) {
        throw new CommandFailure(
            failure + " (" + ATTEMPTS + " attempts)",
            "Try later or with a lower --judge-concurrency: the judgements so far are kept; run the"
                + " same command again to resume.");
      }
      pause.forAsLongAs(asked.compareTo(wait) > 0 ? asked : wait);
      wait = wait.multipliedBy(2);
    }
  }

  private HttpRequest request(String message, String limit) {
    ObjectNode body = MAPPER.createObjectNode().put("model", model).put("temperature", 0);
    body.put(limit, MAX_TOKENS);
    body.putArray("messages").addObject().put("role", "user").put("content", message);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    key.ifPresent(token -> request.header("Authorization", "Bearer " + token));
    return request.build();
  }

  /** Reads the whole body. A proper server's body is small. */
  private String read(HttpResponse<InputStream> response) throws IOException {
    try (InputStream in = response.body()) {
      byte[] body = in.readNBytes(MAX_REPLY_BYTES + 1);
      if (body.length > MAX_REPLY_BYTES) {
        throw new CommandFailure(
            "judge at " + url + ": a reply of more than " + MAX_REPLY_BYTES + " bytes", CHECK_URL);
      }
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** Whether a server refuses {@code max_tokens}, which OpenAI's newer models do not know. */
  private static boolean wantsNewerLimit(String body) {
    JsonNode error = parse(body).path("error");
    return error.path("param").asText().equals("max_tokens")
        || error.path("message").asText().contains(NEWER_LIMIT);
  }

  private String content(String body) {
    JsonNode choice = parse(body).path("choices").path(0);
    JsonNode message = choice.path("message");
    if (!message.isObject()) {
      throw new CommandFailure(
          "judge at "
              + url
              + ": "
              + excerpt(body)
              + " (expected: {\"choices\": [{\"message\": {\"content\": …}}]})",
          CHECK_URL);
    }
    if (choice.path("finish_reason").asText().equals("length")) {
      throw new CommandFailure(
          "judge at " + url + ": a reply was cut off at " + MAX_TOKENS + " tokens",
          "Turn off the model's thinking at its server, or name another --judge-model.");
    }
    return message.path("content").asText("");
  }

  private static JsonNode parse(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException malformed) {
      return MAPPER.missingNode();
    }
  }

  private String describe(int status, String body) {
    String words = parse(body).path("error").path("message").asText(body);
    return "judge at " + url + ": status " + status + ": " + excerpt(words);
  }

  /** The beginning of a server's reply, without the key, which some servers repeat. */
  private String excerpt(String text) {
    String line =
        key.map(secret -> text.replace(secret, "…")).orElse(text).strip().replaceAll("\\s+", " ");
    return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + "…";
  }

  private static boolean mayPass(int status) {
    return status == 429 || status >= 500;
  }

  private static String remedy(int status) {
    return switch (status) {
      case 401, 403 -> "Give a valid key in the environment variable OPENAI_API_KEY.";
      case 404 -> "Check --judge-url and --judge-model.";
      default -> "The judge's server refuses the request; its message says why.";
    };
  }

  /** How long the server asks to wait, in seconds or until a date; at most two minutes. */
  private static Duration retryAfter(HttpResponse<?> response) {
    String value = response.headers().firstValue("Retry-After").orElse("0").strip();
    Duration asked;
    try {
      asked =
          value.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(
                  Instant.now(),
                  ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException unreadable) {
      asked = Duration.ZERO;
    }
    return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
  }
}
