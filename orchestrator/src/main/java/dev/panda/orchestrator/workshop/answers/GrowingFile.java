package dev.panda.orchestrator.workshop.answers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * A file of JSON Lines to which lines are added, each written at once. Opening it cuts off a last
 * line that an interruption left unfinished. Any number of threads may add lines.
 */
public final class GrowingFile implements AutoCloseable {
  private final BufferedWriter writer;

  private GrowingFile(BufferedWriter writer) {
    this.writer = writer;
  }

  /**
   * Opens a file, and creates it if there is none.
   *
   * @param held receives the lines that are there
   */
  public static GrowingFile open(Path file, Consumer<JsonLines.Line> held) throws IOException {
    if (Files.exists(file)) {
      cutUnfinishedLine(file);
      JsonLines.read(file, held);
    } else {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.createFile(file);
    }
    return new GrowingFile(Files.newBufferedWriter(file, StandardOpenOption.APPEND));
  }

  private static void cutUnfinishedLine(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long end = bytes.length();
      while (end > 0) {
        bytes.seek(end - 1);
        if (bytes.read() == '\n') {
          break;
        }
        end--;
      }
      bytes.setLength(end);
    }
  }

  public synchronized void add(ObjectNode line) throws IOException {
    writer.write(JsonLines.MAPPER.writeValueAsString(line));
    writer.write('\n');
    writer.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    writer.close();
  }
}
