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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of OpenAI's chat completions API that answers as it was told, in turn. */
public final class FakeChatServer implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpServer server;
  private final Queue<Response> responses = new ConcurrentLinkedQueue<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** One request. */
  public record Asked(String path, String authorization, JsonNode body) {}

  private record Response(int status, String body, String retryAfter) {}

  public FakeChatServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  public List<Asked> asked() {
    return asked;
  }

  /** The next answer is a completion with that grade. */
  public void grades(int grade) {
    says(Integer.toString(grade));
  }

  /** The next answer is a completion with that text. */
  public void says(String text) {
    String content = MAPPER.getNodeFactory().textNode(text).toString();
    answers(
        200,
        "{\"choices\": [{\"message\": {\"role\": \"assistant\", \"content\": " + content + "}}]}",
        null);
  }

  /**
   * The next answer is this.
   *
   * @param retryAfter the header of that name; null for none
   */
  public void answers(int status, String body, String retryAfter) {
    responses.add(new Response(status, body, retryAfter));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(
          new Asked(
              exchange.getRequestURI().getPath(),
              exchange.getRequestHeaders().getFirst("Authorization"),
              MAPPER.readTree(exchange.getRequestBody())));
      Response response = responses.poll();
      if (response == null) {
        response = new Response(410, "nothing more to say", null);
      }
      if (response.retryAfter() != null) {
        exchange.getResponseHeaders().set("Retry-After", response.retryAfter());
      }
      byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
