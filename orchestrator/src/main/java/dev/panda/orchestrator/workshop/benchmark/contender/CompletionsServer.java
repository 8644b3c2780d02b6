package dev.panda.orchestrator.workshop.benchmark.contender;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server of OpenAI's completions API that streams, such as vLLM, llama.cpp's and
 * llama-cpp-python's. Answers are greedy; a server that knows {@code ignore_eos} makes all {@code
 * max_tokens} of each.
 */
public final class CompletionsServer implements Contender {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int EXCERPT = 200;

  private final String name;
  private final URI api;
  private final int maxTokens;
  private final Duration deadline;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private String model;
  private CompletionForm form;

  private CompletionsServer(Peer peer, int maxTokens, Duration deadline) {
    name = peer.name();
    api = URI.create(peer.url().toString().replaceFirst("(/v1)?/*$", "/v1/"));
    this.maxTokens = maxTokens;
    this.deadline = deadline;
  }

  /**
   * Finds out which model a server has and in which form it takes requests.
   *
   * @param deadline longest time until an answer begins
   * @param probe a prompt like those to come
   * @throws CommandFailure if there is no such server
   */
  public static CompletionsServer connect(
      Peer peer, int maxTokens, Duration deadline, Prompt probe) {
    CompletionsServer server = new CompletionsServer(peer, maxTokens, deadline);
    try {
      server.model = server.firstModel();
      server.form = server.fullestForm(probe);
    } catch (RequestException failure) {
      throw failure.report();
    }
    return server;
  }

  private String firstModel() {
    HttpResponse<Stream<String>> models = send(request("models").GET().build());
    try (Stream<String> lines = models.body()) {
      return MAPPER
          .readTree(lines.collect(Collectors.joining()))
          .path("data")
          .path(0)
          .path("id")
          .asText("default");
    } catch (JsonProcessingException malformed) {
      throw failure("no JSON", false, "models: " + malformed.getOriginalMessage());
    }
  }

  private CompletionForm fullestForm(Prompt probe) {
    RequestException refusal = null;
    for (CompletionForm tried : CompletionForm.ALL) {
      try {
        read(tried, probe, 1, () -> {});
        return tried;
      } catch (RequestException refused) {
        refusal = refused;
      }
    }
    throw refusal;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Answer ask(Prompt prompt, Runnable onToken) {
    return read(form, prompt, maxTokens, onToken);
  }

  private Answer read(CompletionForm form, Prompt prompt, int maxTokens, Runnable onToken) {
    String body = form.body(model, prompt, maxTokens).toString();
    HttpRequest request = request("completions").POST(BodyPublishers.ofString(body)).build();
    try (Stream<String> lines = send(request).body()) {
      return ServerSentEvents.read(lines, onToken);
    } catch (IOException | UncheckedIOException broken) {
      throw failure("broken stream", false, broken.getMessage());
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(api.resolve(path))
        .timeout(deadline)
        .header("Content-Type", "application/json");
  }

  private HttpResponse<Stream<String>> send(HttpRequest request) {
    HttpResponse<Stream<String>> response;
    try {
      response = client.send(request, BodyHandlers.ofLines());
    } catch (IOException unreachable) {
      throw failure("unreachable", false, "no answer: " + unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failure("cancelled", false, "the request was cancelled");
    }
    int status = response.statusCode();
    if (status == 200) {
      return response;
    }
    try (Stream<String> lines = response.body()) {
      String said = lines.collect(Collectors.joining(" "));
      throw failure(
          "HTTP " + status,
          status == 429 || status == 503,
          "status " + status + ": " + said.substring(0, Math.min(EXCERPT, said.length())));
    }
  }

  private RequestException failure(String reason, boolean refused, String words) {
    return new RequestException(
        reason,
        refused,
        new CommandFailure(
            "peer %s at %s: %s".formatted(name, api, words),
            "Check --peer: it has to be a server with OpenAI's completions API."));
  }
}
