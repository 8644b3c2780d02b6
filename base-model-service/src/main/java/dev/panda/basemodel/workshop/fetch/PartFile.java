package dev.panda.basemodel.workshop.fetch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that is not whole yet: {@code NAME.part}, and beside it the version of what it is a part
 * of.
 *
 * @param whole the file that it becomes
 */
record PartFile(Path whole) {

  private Path part() {
    return whole.resolveSibling(whole.getFileName() + ".part");
  }

  private Path version() {
    return whole.resolveSibling(whole.getFileName() + ".etag");
  }

  /** Number of bytes that are there. */
  long size() throws IOException {
    return Files.exists(part()) ? Files.size(part()) : 0;
  }

  /** The {@code ETag} of the answer that it was read from; empty if it had none. */
  Optional<String> etag() throws IOException {
    return Files.exists(version()) ? Optional.of(Files.readString(version())) : Optional.empty();
  }

  void setEtag(Optional<String> etag) throws IOException {
    if (etag.isPresent()) {
      Files.writeString(version(), etag.get());
    } else {
      Files.deleteIfExists(version());
    }
  }

  /**
   * Opens it for writing, for this process alone; the caller closes it.
   *
   * @throws FetchException if another process writes it
   */
  FileChannel open() throws IOException {
    FileChannel channel =
        FileChannel.open(part(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException locked) {
      // refused below
    }
    channel.close();
    throw new FetchException(
        part() + ": another process downloads it (expected: none)", "Wait until it has ended.");
  }

  /** The hash of what is there. */
  String hash(Checksum checksum) throws IOException {
    return checksum.of(part());
  }

  void delete() throws IOException {
    Files.deleteIfExists(part());
    Files.deleteIfExists(version());
  }

  /** Gives it its name. */
  void finish() throws IOException {
    Files.move(part(), whole, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(version());
  }
}
