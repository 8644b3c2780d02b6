package dev.panda.orchestrator.workshop.answers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.transformer.checkpoint.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Reads files that {@code sample} wrote. */
public final class AnswerFile {
  private AnswerFile() {}

  /**
   * Reads the answers of several files by prompt. The prompts keep the order of their first lines.
   *
   * @param wanted which lines are read
   */
  public static Map<Conversation, List<Answer>> read(
      List<Path> files, Predicate<JsonLines.Line> wanted) throws IOException {
    Map<Conversation, List<Answer>> answers = new LinkedHashMap<>();
    for (Path file : files) {
      JsonLines.read(
          file,
          line -> {
            if (wanted.test(line)) {
              answers
                  .computeIfAbsent(Conversations.read(line), prompt -> new ArrayList<>())
                  .add(answer(line));
            }
          });
    }
    return answers;
  }

  /** Describes a file for a record: its name, its fingerprint, and how its answers were drawn. */
  public static ObjectNode record(Path file) throws IOException {
    ObjectNode record =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", file.getFileName().toString())
            .put("sha256", Sha256.of(file));
    Path settings = SampleFile.settingsOf(file);
    return Files.exists(settings) ? record.put("sampling", Files.readString(settings)) : record;
  }

  private static Answer answer(JsonLines.Line line) {
    List<Integer> tokenIds = new ArrayList<>();
    for (JsonNode id : line.object().path("token_ids")) {
      if (!id.isInt()) {
        throw line.malformed("token_ids", "a list of token ids");
      }
      tokenIds.add(id.asInt());
    }
    JsonNode instruction = line.object().path("instruction");
    if (!instruction.isTextual() && !instruction.isMissingNode()) {
      throw line.malformed("instruction", "a text, or none");
    }
    return new Answer(line.text("response"), instruction.asText(""), tokenIds);
  }
}
