package dev.panda.orchestrator.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A server of OpenAI's completions API that streams the same events for every prompt. */
public final class FakeCompletionsServer implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpServer server;
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private volatile Predicate<JsonNode> refused = body -> false;
  private volatile int refusal = 400;
  private volatile List<String> events =
      List.of(
          text("One"),
          text(" two"),
          text(""),
          "{\"choices\": [], \"usage\": {\"prompt_tokens\": 7, \"completion_tokens\": 2}}",
          "[DONE]");

  public FakeCompletionsServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/models", exchange -> answer(exchange, 200, MODELS));
    server.createContext("/v1/completions", this::complete);
    server.start();
  }

  private static final String MODELS = "{\"object\": \"list\", \"data\": [{\"id\": \"tiny\"}]}";

  /** An event that holds a text. */
  public static String text(String text) {
    return "{\"choices\": [{\"text\": \"" + text + "\"}]}";
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The bodies of all requests. */
  public List<JsonNode> requests() {
    return requests;
  }

  /** Sends these events from now on. */
  public void streams(String... data) {
    events = List.of(data);
  }

  /** Refuses some requests from now on. */
  public void refuses(int status, Predicate<JsonNode> bodies) {
    refusal = status;
    refused = bodies;
  }

  private void complete(HttpExchange exchange) throws IOException {
    JsonNode body = MAPPER.readTree(exchange.getRequestBody());
    requests.add(body);
    if (refused.test(body)) {
      answer(exchange, refusal, "not this one");
      return;
    }
    StringBuilder stream = new StringBuilder(": a comment\n\n");
    events.forEach(data -> stream.append("data: ").append(data).append("\n\n"));
    answer(exchange, 200, stream.toString());
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
