package dev.panda.basemodel.workshop.fetch;

import dev.panda.basemodel.workshop.models.ByteSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * Downloads one file. What an earlier download left is kept if the server still has the same
 * version; a file gets its name when it is whole and its checksum is right.
 *
 * @param longestStall time without bytes after which the download fails
 */
record Download(Web web, Duration longestStall) {
  private static final int BUFFER_BYTES = 1 << 18;
  private static final String AGAIN = "Run the command again; it goes on where it stopped.";

  /**
   * A file that is there.
   *
   * @param checked what its bytes were compared with; empty if there was nothing but the length
   */
  record Done(Path file, long bytes, Optional<Checksum> checked) {}

  /**
   * Downloads a file into a folder, unless it is there already.
   *
   * @param progress hears how many bytes are there
   * @throws FetchException if the server refuses, the connection breaks, or the file is not the one
   *     expected
   */
  Done fetch(RemoteFile file, Path folder, Progress progress)
      throws IOException, InterruptedException {
    Path whole = folder.resolve(file.name());
    if (isThere(file, whole)) {
      progress.at(Files.size(whole), file.size());
      return new Done(whole, Files.size(whole), file.checksum());
    }
    PartFile part = new PartFile(whole);
    Optional<Checksum> checksum = file.checksum();
    long bytes = part.size();
    if (bytes == 0 || file.size().isEmpty() || bytes != file.size().getAsLong()) {
      checksum = receive(file, part, progress);
      bytes = part.size();
    }
    verify(file, part, checksum);
    part.finish();
    return new Done(whole, bytes, checksum);
  }

  /** Hears how much of a file is there, of how much. */
  interface Progress {
    void at(long bytes, OptionalLong total);
  }

  private static boolean isThere(RemoteFile file, Path whole) throws IOException {
    return file.checksum().isPresent()
        && Files.isRegularFile(whole)
        && file.checksum().get().of(whole).equals(file.checksum().get().expected());
  }

  /** Receives what is missing; returns what the whole is to be compared with. */
  private Optional<Checksum> receive(RemoteFile file, PartFile part, Progress progress)
      throws IOException, InterruptedException {
    try (FileChannel channel = part.open();
        Answer answer = ask(file, part)) {
      web.requireSuccess(answer, file.name());
      OptionalLong total = file.size().isPresent() ? file.size() : answer.size();
      long start = answer.start();
      if (total.isPresent()) {
        DiskSpace.require(part.whole().getParent(), total.getAsLong() - start);
      }
      channel.truncate(start).position(start);
      part.setEtag(answer.strongEtag());
      copy(answer.response().body(), channel, file, total, at -> progress.at(at, total));
      requireLength(file, channel.position(), total);
      return file.checksum().or(() -> answer.linkedSha256().map(Checksum::sha256));
    }
  }

  private Answer ask(RemoteFile file, PartFile part) throws IOException, InterruptedException {
    long there = part.size();
    Optional<String> etag = part.etag();
    boolean fits = file.size().isEmpty() || there < file.size().getAsLong();
    if (there > 0 && fits && (etag.isPresent() || file.checksum().isPresent())) {
      Map<String, String> headers = new HashMap<>();
      headers.put("Range", "bytes=" + there + "-");
      etag.ifPresent(version -> headers.put("If-Range", version));
      Answer answer = web.get(file.uri(), headers);
      boolean usable = answer.status() != Answer.PARTIAL || answer.start() == there;
      if (usable && answer.status() != Answer.RANGE_NOT_SATISFIABLE) {
        return answer;
      }
      answer.close();
    }
    return web.get(file.uri(), Map.of());
  }

  private void copy(
      InputStream body, FileChannel target, RemoteFile file, OptionalLong total, LongConsumer at)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (StallGuard guard = new StallGuard(body, longestStall)) {
      at.accept(target.position());
      int read;
      while ((read = read(body, buffer, guard, file, target)) >= 0) {
        guard.alive();
        if (total.isPresent() && target.position() + read > total.getAsLong()) {
          requireLength(file, target.position() + read, total);
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
        while (bytes.hasRemaining()) {
          target.write(bytes);
        }
        at.accept(target.position());
      }
    }
  }

  /** Reads some bytes; a broken connection is told from a full disk. */
  private int read(
      InputStream body, byte[] buffer, StallGuard guard, RemoteFile file, FileChannel target)
      throws IOException {
    try {
      return body.read(buffer);
    } catch (IOException broken) {
      String what =
          guard.stalled()
              ? "no bytes for " + longestStall.toSeconds() + " s"
              : "the connection broke";
      throw new FetchException(
          "%s: %s, with %s there".formatted(file.name(), what, ByteSize.of(target.position())),
          AGAIN,
          broken);
    }
  }

  private static void requireLength(RemoteFile file, long bytes, OptionalLong total) {
    if (total.isPresent() && bytes != total.getAsLong()) {
      throw new FetchException(
          "%s: %s%d bytes (expected: %d)"
              .formatted(
                  file.name(),
                  bytes > total.getAsLong() ? "at least " : "",
                  bytes,
                  total.getAsLong()),
          AGAIN);
    }
  }

  private static void verify(RemoteFile file, PartFile part, Optional<Checksum> checksum)
      throws IOException {
    if (checksum.isEmpty()) {
      return;
    }
    String found = part.hash(checksum.get());
    if (!found.equals(checksum.get().expected())) {
      part.delete();
      throw new FetchException(
          "%s: %s: %s (expected: %s)"
              .formatted(file.name(), checksum.get().algorithm(), found, checksum.get().expected()),
          "The download was damaged, or is not the file expected; it has been deleted. Run the command"
              + " again.");
    }
  }
}
