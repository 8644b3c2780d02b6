package dev.panda.basemodel.workshop.fetch;

import dev.panda.basemodel.workshop.models.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The free space of the disk that a model goes to. */
final class DiskSpace {
  private DiskSpace() {}

  /**
   * Refuses a download that the disk has no room for.
   *
   * @param folder that exists
   * @throws FetchException if it has no room
   */
  static void require(Path folder, long bytes) throws IOException {
    require(folder, bytes, Files.getFileStore(folder).getUsableSpace());
  }

  static void require(Path folder, long bytes, long free) {
    if (bytes > free) {
      throw new FetchException(
          "%s: %s free (expected: %s for what is still to be downloaded)"
              .formatted(folder, ByteSize.of(free), ByteSize.of(bytes)),
          "Make room there, or set PANDA_HOME to a folder on another disk.");
    }
  }
}
