package dev.panda.basemodel.workshop.fetch;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** Serves files by path, as the hub and its stores do, and keeps the requests. */
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Content> contents = new HashMap<>();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final String scheme;

  /**
   * What a path answers.
   *
   * @param cut number of bytes after which the connection breaks; negative if it doesn't
   * @param stalls whether nothing comes from there on, rather than the end
   */
  record Content(int status, byte[] body, Map<String, String> headers, int cut, boolean stalls) {}

  /** A request that came. */
  record Request(String path, Headers headers) {
    String header(String name) {
      return headers.getFirst(name);
    }
  }

  private FileServer(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  static FileServer http() throws IOException {
    return new FileServer(HttpServer.create(loopback(), 0), "http");
  }

  static FileServer https(SSLContext context) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new FileServer(server, "https");
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Its URL by another name of this machine. */
  URI uri(String host, String path) {
    return URI.create(scheme + "://" + host + ":" + server.getAddress().getPort() + path);
  }

  URI uri(String path) {
    return uri("127.0.0.1", path);
  }

  List<Request> requests() {
    return requests;
  }

  /** The requests for a path, in order. */
  List<Request> requests(String path) {
    return requests.stream().filter(request -> request.path().equals(path)).toList();
  }

  void serve(String path, byte[] body, String etag) {
    serve(path, new Content(200, body, Map.of("ETag", etag), -1, false));
  }

  void serve(String path, String json) {
    serve(path, new Content(200, json.getBytes(StandardCharsets.UTF_8), Map.of(), -1, false));
  }

  void redirect(String path, URI target, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Location", target.toString());
    serve(path, new Content(302, new byte[0], all, -1, false));
  }

  void serve(String path, Content content) {
    contents.put(path, content);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(new Request(path, exchange.getRequestHeaders()));
    Content content =
        contents.getOrDefault(path, new Content(404, new byte[0], Map.of(), -1, false));
    content.headers().forEach(exchange.getResponseHeaders()::set);
    int start = start(exchange, content);
    int length = content.body().length - start;
    if (length < 0) {
      exchange.sendResponseHeaders(416, -1);
      exchange.close();
      return;
    }
    if (start > 0) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(start, start + length - 1, start + length));
    }
    exchange.sendResponseHeaders(start > 0 ? 206 : content.status(), length == 0 ? -1 : length);
    try (OutputStream body = exchange.getResponseBody()) {
      int end = content.cut() < 0 ? length : Math.min(length, content.cut());
      body.write(content.body(), start, end);
      if (end < length) {
        body.flush();
        stop(content);
        throw new IOException("cut");
      }
    } finally {
      exchange.close();
    }
  }

  private static void stop(Content content) {
    if (content.stalls()) {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException closed) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Index of the first byte that is wanted, if this version is. */
  private static int start(HttpExchange exchange, Content content) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    String version = exchange.getRequestHeaders().getFirst("If-Range");
    boolean same = version == null || version.equals(content.headers().get("ETag"));
    return range == null || !same ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
