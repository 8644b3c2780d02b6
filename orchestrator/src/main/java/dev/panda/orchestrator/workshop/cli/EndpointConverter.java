package dev.panda.orchestrator.workshop.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the address of a service, {@code host:port}. */
public final class EndpointConverter implements ITypeConverter<String> {

  @Override
  public String convert(String text) {
    try {
      URI address = new URI(null, text, null, null, null).parseServerAuthority();
      if (address.getHost() != null && address.getPort() > 0 && address.getPort() < 65536) {
        return text;
      }
    } catch (URISyntaxException malformed) {
      throw malformed(text);
    }
    throw malformed(text);
  }

  private static TypeConversionException malformed(String text) {
    return new TypeConversionException(text + " (expected: HOST:PORT, like 127.0.0.1:9000)");
  }
}
