package dev.panda.basemodel.workshop.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's answer after all redirects. The caller closes it.
 *
 * @param asked the URL of the first request
 * @param linkedSha256 hash of the content, if a redirecting server told one, as the hub does
 */
record Answer(URI asked, HttpResponse<InputStream> response, Optional<String> linkedSha256)
    implements AutoCloseable {
  static final int OK = 200;
  static final int PARTIAL = 206;
  static final int RANGE_NOT_SATISFIABLE = 416;

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/.*");

  int status() {
    return response.statusCode();
  }

  Optional<String> header(String name) {
    return response.headers().firstValue(name);
  }

  /** Index of the first byte that it holds. */
  long start() {
    Matcher range = CONTENT_RANGE.matcher(header("Content-Range").orElse(""));
    return status() == PARTIAL && range.matches() ? Long.parseLong(range.group(1)) : 0;
  }

  /** Number of bytes of the whole file; empty if the server doesn't tell. */
  OptionalLong size() {
    OptionalLong rest = response.headers().firstValueAsLong("Content-Length");
    return rest.isPresent() ? OptionalLong.of(start() + rest.getAsLong()) : rest;
  }

  /** The file's version, if it can be compared byte by byte. */
  Optional<String> strongEtag() {
    return header("ETag").filter(etag -> etag.startsWith("\""));
  }

  @Override
  public void close() throws IOException {
    response.body().close();
  }
}
