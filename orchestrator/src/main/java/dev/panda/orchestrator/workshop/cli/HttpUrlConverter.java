package dev.panda.orchestrator.workshop.cli;

import java.net.URI;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the URL of a server, as in {@code https://host/v1}. It may hold no credentials. */
public final class HttpUrlConverter implements ITypeConverter<URI> {

  @Override
  public URI convert(String value) {
    try {
      URI url = URI.create(value);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null) {
        return url;
      }
    } catch (IllegalArgumentException malformed) {
      // Refused below.
    }
    throw new TypeConversionException(
        value.replaceFirst("//[^/]*@", "//…@")
            + " (expected: http://HOST:PORT/… or https://…, without user or query)");
  }
}
