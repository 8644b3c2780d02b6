package dev.panda.orchestrator.workshop.answers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A growing file of answers, one per line. Opening it reads which answers it has.
 *
 * <p>A second file, whose name ends in {@code .settings}, says how the answers are drawn. One file
 * never mixes answers of different settings.
 */
public final class SampleFile implements AutoCloseable {
  private final GrowingFile file;
  private final Set<Key> held;

  /**
   * Identifies an answer.
   *
   * @param prompt without the instruction
   * @param instruction empty if there is none
   * @param sample number of the answer, from 0
   */
  public record Key(Conversation prompt, String instruction, int sample) {}

  private SampleFile(GrowingFile file, Set<Key> held) {
    this.file = file;
    this.held = held;
  }

  /**
   * Opens a file, and creates it if there is none.
   *
   * @param settings how answers are drawn
   * @throws CommandFailure if the file has answers of other settings, or other lines than answers
   */
  static SampleFile open(Path file, String settings) throws IOException {
    Path record = settingsOf(file);
    if (Files.exists(file)) {
      requireSame(file, record, settings);
    }
    Set<Key> held = new HashSet<>();
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(record, settings);
    return new SampleFile(GrowingFile.open(file, line -> held.add(key(line))), held);
  }

  /** The file that says how the answers of {@code file} are drawn. */
  static Path settingsOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".settings");
  }

  /** Identifies the answer of a line. */
  public static Key key(JsonLines.Line line) {
    line.text("response");
    if (!line.object().path("sample").isInt()) {
      throw line.malformed("sample", "the answer's number");
    }
    return new Key(
        Conversations.read(line),
        line.object().path("instruction").asText(""),
        line.object().path("sample").asInt());
  }

  private static void requireSame(Path file, Path record, String settings) throws IOException {
    if (!Files.exists(record) && Files.size(file) == 0) {
      return;
    }
    if (!Files.exists(record) || !Files.readString(record).equals(settings)) {
      throw new CommandFailure(
          file + ": drawn with other settings, or not by `sample`",
          "Use the settings that the file was begun with, or another --output.");
    }
  }

  boolean holds(Key key) {
    return held.contains(key);
  }

  /**
   * @param figures of the answer, with its text
   */
  void add(Key key, ObjectNode figures) throws IOException {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.set("messages", key.prompt().toJson());
    line.put("instruction", key.instruction());
    line.set("response", figures.remove("text"));
    line.put("sample", key.sample());
    line.setAll(figures);
    file.add(line);
    held.add(key);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
