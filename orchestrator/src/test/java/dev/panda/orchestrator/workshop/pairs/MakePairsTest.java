package dev.panda.orchestrator.workshop.pairs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.orchestrator.workshop.Ran;
import dev.panda.orchestrator.workshop.answers.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A folder with answers, and what {@code make-pairs} makes of them. */
abstract class MakePairsTest {
  static final String EASY =
      "The sun is hot. It gives us light. We like the light a lot. It is good.";
  static final String HARD =
      "Solar radiation undergoes considerable atmospheric scattering, predominantly affecting"
          + " comparatively shorter wavelengths, consequently producing characteristic coloration.";

  @TempDir Path folder;

  Path answers(String... lines) throws IOException {
    return Files.writeString(folder.resolve("answers.jsonl"), String.join("\n", lines) + "\n");
  }

  static String answer(String instruction, String text) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}],\"instruction\":\""
        + instruction
        + "\",\"response\":\""
        + text
        + "\"}";
  }

  Path pairs() {
    return folder.resolve("pairs.jsonl");
  }

  Ran makePairs(Path answers, String... options) {
    return ran("--answers", answers.toString(), options);
  }

  Ran ran(String source, String file, String... options) {
    List<String> arguments = new ArrayList<>(List.of("make-pairs", source, file));
    arguments.addAll(List.of("--output", pairs().toString()));
    arguments.addAll(List.of(options));
    return Ran.panda(arguments.toArray(String[]::new));
  }

  JsonNode record() throws IOException {
    return JsonLines.MAPPER.readTree(folder.resolve("pairs.jsonl.record.json").toFile());
  }

  List<JsonNode> written() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    JsonLines.read(pairs(), line -> lines.add(line.object()));
    return lines;
  }
}
