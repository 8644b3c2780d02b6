package dev.panda.reward.workshop.scoring;

import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file line by line under a temporary name and moves it to its final name when it is
 * complete. After an interruption, a writer of the same lines resumes; an unfinished last line is
 * cut off. For use by one thread.
 */
final class ResumedLines implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final Path partial;
  private final FileChannel channel;
  private int size;

  private ResumedLines(Path file, Path partial, FileChannel channel) {
    this.file = file;
    this.partial = partial;
    this.channel = channel;
  }

  /**
   * Starts or resumes a file; the caller closes it.
   *
   * @param lines identifies the lines: equal names mean equal lines
   * @throws TrainingException if another process writes it
   */
  static ResumedLines open(Path file, String lines) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path partial = file.resolveSibling("%s.%s.partial".formatted(file.getFileName(), lines));
    FileChannel channel =
        FileChannel.open(
            partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (!isLocked(channel)) {
        throw new TrainingException(
            partial + ": in use by another process (expected: one at a time)",
            "Wait for it, or choose another --output.");
      }
      ResumedLines resumed = new ResumedLines(file, partial, channel);
      resumed.keepWholeLines();
      return resumed;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  private void keepWholeLines() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long end = 0;
    for (long at = 0; channel.read(buffer.clear(), at) > 0; at += buffer.limit()) {
      buffer.flip();
      for (int i = 0; i < buffer.limit(); i++) {
        if (buffer.get(i) == '\n') {
          size++;
          end = at + i + 1;
        }
      }
    }
    channel.truncate(end).position(end);
  }

  /** Number of lines written so far. */
  int size() {
    return size;
  }

  void add(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    size++;
  }

  /** Flushes the file to disk and moves it to its final name, replacing any file there. */
  void finish() throws IOException {
    channel.force(true);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
