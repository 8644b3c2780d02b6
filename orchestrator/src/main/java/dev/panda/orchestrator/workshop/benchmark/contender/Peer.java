package dev.panda.orchestrator.workshop.benchmark.contender;

import java.net.URI;

/**
 * Another server, as a user names it.
 *
 * @param url with or without {@code /v1}
 */
public record Peer(String name, URI url) {
  @Override
  public String toString() {
    return name + "=" + url;
  }
}
