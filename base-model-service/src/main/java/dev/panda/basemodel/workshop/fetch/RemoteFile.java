package dev.panda.basemodel.workshop.fetch;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of a model on a server.
 *
 * @param path its path on the server, which must be {@link #isSafe safe}
 * @param size in bytes; empty if it isn't known before the download
 * @param checksum empty if there is none to compare with
 */
public record RemoteFile(String path, URI uri, OptionalLong size, Optional<Checksum> checksum) {

  /** Whether a path names a file in its folder or below it, and can be printed. */
  static boolean isSafe(String path) {
    return Arrays.stream(path.split("/", -1))
            .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."))
        && !path.contains("\\")
        && path.chars().noneMatch(Character::isISOControl);
  }

  /** The last part of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  boolean isBelowRoot() {
    return path.contains("/");
  }
}
