package dev.panda.orchestrator.workshop.benchmark.contender;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the events of a streamed completion. */
final class ServerSentEvents {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String DATA = "data:";

  private ServerSentEvents() {}

  /**
   * Reads a completion to its end. A server may put several tokens into one event; its usage, if it
   * tells, says how many there were.
   *
   * @throws IOException if an event is not JSON, tells an error, or no event holds text
   */
  static Answer read(Stream<String> lines, Runnable onToken) throws IOException {
    int events = 0;
    JsonNode usage = MAPPER.missingNode();
    for (Iterator<String> data = data(lines); data.hasNext(); ) {
      JsonNode event = MAPPER.readTree(data.next());
      if (event.has("error")) {
        throw new IOException("error: " + event.get("error"));
      }
      if (!event.path("choices").path(0).path("text").asText().isEmpty()) {
        onToken.run();
        events++;
      }
      usage = event.path("usage").isObject() ? event.path("usage") : usage;
    }
    if (events == 0) {
      throw new IOException("no text (expected: data: {\"choices\": [{\"text\": …}]})");
    }
    return new Answer(
        usage.path("prompt_tokens").asInt(0),
        usage.path("completion_tokens").asInt(events),
        Optional.empty());
  }

  private static Iterator<String> data(Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith(DATA))
        .map(line -> line.substring(DATA.length()).strip())
        .takeWhile(data -> !data.equals("[DONE]"))
        .iterator();
  }
}
