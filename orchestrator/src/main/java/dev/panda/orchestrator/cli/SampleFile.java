package dev.panda.orchestrator.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * A growing file of answers, one a line, written at once. Opened again it knows what it holds; a
 * last line that an interruption left unfinished is cut off.
 *
 * <p>Beside it, under the name with {@code .settings}, stands how the answers are drawn: answers of
 * other settings are never mixed in.
 */
final class SampleFile implements AutoCloseable {
  private final BufferedWriter writer;
  private final Set<Key> held;

  private record Key(Conversation conversation, int sample) {}

  private SampleFile(BufferedWriter writer, Set<Key> held) {
    this.writer = writer;
    this.held = held;
  }

  /**
   * @param settings how answers are drawn
   * @throws CommandFailure if the file holds answers of other settings, or none at all
   */
  static SampleFile open(Path file, String settings) throws IOException {
    Path record = file.resolveSibling(file.getFileName() + ".settings");
    if (Files.exists(file)) {
      requireSame(file, record, settings);
      cutUnfinishedLine(file);
    } else {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Files.createFile(file);
    }
    Files.writeString(record, settings);
    Set<Key> held = new HashSet<>();
    JsonLines.read(
        file,
        line -> {
          line.text("response");
          if (!line.object().path("sample").isInt()) {
            throw line.malformed("sample", "the answer's number");
          }
          held.add(new Key(Conversation.of(line), line.object().path("sample").asInt()));
        });
    return new SampleFile(Files.newBufferedWriter(file, StandardOpenOption.APPEND), held);
  }

  private static void requireSame(Path file, Path record, String settings) throws IOException {
    if (!Files.exists(record) && Files.size(file) == 0) {
      return;
    }
    if (!Files.exists(record) || !Files.readString(record).equals(settings)) {
      throw new CommandFailure(
          file + ": drawn with other settings, or not by `sample`",
          "Give the settings it was begun with, or another --output.");
    }
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

  boolean holds(Conversation conversation, int sample) {
    return held.contains(new Key(conversation, sample));
  }

  /**
   * @param figures of the answer, its text among them
   */
  void add(Conversation conversation, int sample, ObjectNode figures) throws IOException {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.set("messages", conversation.toJson());
    line.set("response", figures.remove("text"));
    line.put("sample", sample);
    line.setAll(figures);
    writer.write(JsonLines.MAPPER.writeValueAsString(line));
    writer.write('\n');
    writer.flush();
    held.add(new Key(conversation, sample));
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
