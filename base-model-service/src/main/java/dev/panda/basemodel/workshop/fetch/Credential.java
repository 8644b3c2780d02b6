package dev.panda.basemodel.workshop.fetch;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A token for one host. It goes to no other host, and only over https.
 *
 * @param origin a URL of the host
 */
record Credential(URI origin, String token) {
  static final String VARIABLE = "HF_TOKEN";
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  /**
   * The token in the environment, if there is one.
   *
   * @throws FetchException if it can't be sent; the message does not show it
   */
  static Optional<Credential> of(Map<String, String> environment, URI origin) {
    String token = environment.getOrDefault(VARIABLE, "").strip();
    if (token.isEmpty()) {
      return Optional.empty();
    }
    if (!TOKEN.matcher(token).matches()) {
      throw new FetchException(
          VARIABLE + ": not a token (expected: printable ASCII characters without spaces)",
          "Set it to a token of your account, or unset it.");
    }
    return Optional.of(new Credential(origin, token));
  }

  /** The header {@code Authorization} for a request; empty if the token must not go there. */
  Optional<String> headerFor(URI target) {
    boolean there =
        "https".equalsIgnoreCase(target.getScheme())
            && "https".equalsIgnoreCase(origin.getScheme())
            && origin.getHost().equalsIgnoreCase(target.getHost())
            && port(origin) == port(target);
    return there ? Optional.of("Bearer " + token) : Optional.empty();
  }

  private static int port(URI uri) {
    return uri.getPort() < 0 ? 443 : uri.getPort();
  }

  /** Hides the token. */
  @Override
  public String toString() {
    return "token for " + origin.getHost();
  }
}
