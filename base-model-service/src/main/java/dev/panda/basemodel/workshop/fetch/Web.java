package dev.panda.basemodel.workshop.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Requests over HTTP. It follows redirects itself, because the token must not follow them to other
 * hosts.
 *
 * @param client must not follow redirects
 */
record Web(HttpClient client, Optional<Credential> credential) {
  private static final int MOST_REDIRECTS = 10;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  /** A client with this machine's certificates and the proxy that Java is told of. */
  static HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT_TIMEOUT)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  /**
   * Requests a URL; the caller closes the answer.
   *
   * @throws FetchException if the host isn't reached, or its redirects lead nowhere
   */
  Answer get(URI asked, Map<String, String> headers) throws InterruptedException {
    URI uri = asked;
    Optional<String> linked = Optional.empty();
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HttpResponse<InputStream> response = send(uri, headers);
      linked = linked.or(() -> linkedSha256(response));
      Optional<String> location = response.headers().firstValue("Location");
      if (!isRedirect(response.statusCode()) || location.isEmpty()) {
        return new Answer(asked, response, linked);
      }
      uri = redirected(uri, location.get());
      discard(response);
    }
    throw new FetchException(
        asked + ": redirected " + MOST_REDIRECTS + " times (expected: a file)",
        "The server is set up wrongly; report it there.");
  }

  private HttpResponse<InputStream> send(URI uri, Map<String, String> headers)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(ANSWER_TIMEOUT).header("User-Agent", "panda");
    headers.forEach(request::header);
    credential
        .flatMap(token -> token.headerFor(uri))
        .ifPresent(token -> request.header("Authorization", token));
    try {
      return client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException unreachable) {
      throw new FetchException(
          uri.getHost() + ": not reached: " + reason(unreachable),
          """
          Check the network. A proxy: PANDA_JAVA_OPTIONS="-Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT".
          HF_ENDPOINT names a mirror of the hub. Or download the model on another machine, copy its folder
          or GGUF file here, and give that path: `deploy/panda up --model ./FOLDER`.""",
          unreachable);
    }
  }

  private static String reason(IOException unreachable) {
    for (Throwable cause = unreachable; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "its name has no address here";
      }
    }
    return unreachable.getMessage() == null ? "no connection" : unreachable.getMessage();
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static URI redirected(URI from, String location) {
    try {
      URI target = from.resolve(location);
      boolean secure = "https".equalsIgnoreCase(target.getScheme());
      boolean plain =
          "http".equalsIgnoreCase(target.getScheme()) && "http".equals(from.getScheme());
      if ((secure || plain) && target.getHost() != null) {
        return target;
      }
    } catch (IllegalArgumentException malformed) {
      // refused below
    }
    throw new FetchException(
        from + ": redirected to " + location + " (expected: an https URL)",
        "The server is set up wrongly; report it there.");
  }

  private static Optional<String> linkedSha256(HttpResponse<InputStream> response) {
    return response
        .headers()
        .firstValue("X-Linked-Etag")
        .map(etag -> etag.replace("\"", ""))
        .filter(Checksum::isSha256);
  }

  private static void discard(HttpResponse<InputStream> response) {
    try {
      response.body().close();
    } catch (IOException closed) {
      // nothing of it is needed
    }
  }

  /**
   * Refuses an answer that is an error.
   *
   * @param subject what was asked for
   */
  void requireSuccess(Answer answer, String subject) {
    int status = answer.status();
    if (status == Answer.OK || status == Answer.PARTIAL) {
      return;
    }
    String host = answer.asked().getHost();
    String message = "%s: %s answers %d".formatted(subject, host, status);
    throw switch (status) {
      case 401, 403 ->
          new FetchException(message + " (not allowed, or there is none)", allowed(answer.asked()));
      case 404, 410 ->
          new FetchException(
              message + " (not found)",
              "Check the name, upper and lower case included, and --revision.");
      case 429 ->
          new FetchException(
              message + " (too many requests)",
              "Wait some minutes, then run the command again; it goes on where it stopped.");
      default ->
          new FetchException(
              message + " (expected: 200)",
              "Run the command again later; it goes on where it stopped.");
    };
  }

  private String allowed(URI asked) {
    String token =
        credential.isEmpty()
            ? "set HF_TOKEN to a token of your account that may read it"
            : credential.get().headerFor(asked).isEmpty()
                ? "use an https address: HF_TOKEN is sent to the hub alone, and only over https"
                : "check that the token in HF_TOKEN may read it";
    return "Check the name. If the model is gated or private, accept its terms on its page and "
        + token
        + ".";
  }
}
