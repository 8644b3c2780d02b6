package dev.panda.orchestrator.workshop.pairs.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.answers.Conversations;
import dev.panda.orchestrator.workshop.answers.GrowingFile;
import dev.panda.orchestrator.workshop.answers.JsonLines;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the judgements of a judge in a growing file, so that no question is asked twice. The file
 * may hold judgements by other criteria and of other models, which are ignored.
 */
final class KeptJudgements implements Ranking {
  private final ChatJudge judge;
  private final Map<Key, OptionalDouble> grades = new ConcurrentHashMap<>();
  private final GrowingFile file;

  private record Key(Conversation prompt, String response) {}

  /** Opens the file, and creates it if there is none. */
  KeptJudgements(ChatJudge judge, Path file) throws IOException {
    this.judge = judge;
    this.file = GrowingFile.open(file, this::remember);
  }

  private void remember(JsonLines.Line line) {
    Key key = new Key(Conversations.read(line), line.text("response"));
    JsonNode grade = line.object().path("grade");
    if (!grade.isNumber() && !grade.isNull()) {
      throw line.malformed("grade", "a number, or null");
    }
    if (line.text("criterion").equals(judge.criterion())
        && line.text("model").equals(judge.model())) {
      grades.put(
          key, grade.isNull() ? OptionalDouble.empty() : OptionalDouble.of(grade.asDouble()));
    }
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) throws InterruptedException {
    Key key = new Key(prompt, answer.text());
    OptionalDouble kept = grades.get(key);
    if (kept != null) {
      return kept;
    }
    OptionalDouble grade = judge.score(prompt, answer);
    try {
      file.add(line(key, grade));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    grades.put(key, grade);
    return grade;
  }

  private ObjectNode line(Key key, OptionalDouble grade) {
    ObjectNode line =
        JsonNodeFactory.instance
            .objectNode()
            .put("criterion", judge.criterion())
            .put("model", judge.model());
    line.set("messages", key.prompt().toJson());
    line.put("response", key.response());
    return grade.isPresent() ? line.put("grade", grade.getAsDouble()) : line.putNull("grade");
  }

  @Override
  public Rule rule() {
    return judge.rule();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
