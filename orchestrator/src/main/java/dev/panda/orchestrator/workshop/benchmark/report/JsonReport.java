package dev.panda.orchestrator.workshop.benchmark.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.api.generation.v1.Usage;
import dev.panda.orchestrator.workshop.ask.Figures;
import dev.panda.orchestrator.workshop.benchmark.contender.Answer;
import dev.panda.orchestrator.workshop.benchmark.contender.RequestException;
import dev.panda.orchestrator.workshop.benchmark.load.Measured;
import dev.panda.orchestrator.workshop.benchmark.load.Result;
import dev.panda.orchestrator.workshop.benchmark.load.Run;
import dev.panda.orchestrator.workshop.benchmark.machine.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A benchmark as JSON: its settings, its figures, and every request's times. */
public final class JsonReport {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private JsonReport() {}

  /**
   * Writes a file.
   *
   * @param settings what the benchmark ran with, by name: numbers, flags, and other values as text
   */
  public static void write(
      Path file, Map<String, ?> settings, Machine machine, List<Result> results)
      throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    ObjectNode named = json.putObject("settings");
    settings.forEach((name, value) -> named.set(name, setting(value)));
    json.set("machine", MAPPER.valueToTree(machine));
    ArrayNode all = json.putArray("results");
    results.forEach(result -> all.add(of(result)));
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
  }

  private static JsonNode setting(Object value) {
    boolean plain = value instanceof Number || value instanceof Boolean;
    if (value instanceof Collection<?> several) {
      ArrayNode array = MAPPER.createArrayNode();
      several.forEach(one -> array.add(setting(one)));
      return array;
    }
    return plain ? MAPPER.valueToTree(value) : MAPPER.getNodeFactory().textNode(value.toString());
  }

  private static ObjectNode of(Result result) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("contender", result.contender());
    json.put("load", result.setting().load().level());
    json.put("load_unit", result.setting().load().unit());
    result.setting().promptTokens().ifPresent(tokens -> json.put("prompt_tokens", tokens));
    json.put("warm_up", result.setting().warmUp());
    json.put("run", result.setting().extent().inWords());
    json.put("tokens_per_second", result.tokensPerSecond());
    json.put("requests_per_second", result.requestsPerSecond());
    json.put("answered", result.done());
    json.put("refused", result.refused());
    json.set("failed", MAPPER.valueToTree(result.failed()));
    ObjectNode millis = json.putObject("milliseconds");
    millis.set("first_token", MAPPER.valueToTree(result.firstToken()));
    millis.set("between_tokens", MAPPER.valueToTree(result.betweenTokens()));
    millis.set("whole_answer", MAPPER.valueToTree(result.whole()));
    ArrayNode runs = json.putArray("runs");
    result.runs().forEach(run -> runs.add(of(run)));
    return json;
  }

  private static ObjectNode of(Run run) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("milliseconds", run.nanos() / 1e6);
    json.put("interrupted", !run.whole());
    ArrayNode requests = json.putArray("requests");
    run.requests().forEach(request -> requests.add(of(request)));
    return json;
  }

  private static ObjectNode of(Measured request) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("due_milliseconds", request.due() / 1e6);
    json.put("end_milliseconds", request.end() / 1e6);
    double[] tokens = Arrays.stream(request.tokens()).mapToDouble(nanos -> nanos / 1e6).toArray();
    json.set("token_milliseconds", MAPPER.valueToTree(tokens));
    json.put("prompt_tokens", request.answer().map(Answer::promptTokens).orElse(null));
    json.put("tokens", request.answer().map(Answer::tokens).orElse(null));
    request.answer().flatMap(Answer::usage).ifPresent(usage -> json.set("server", of(usage)));
    json.put("failure", request.failure().map(RequestException::reason).orElse(null));
    return json;
  }

  private static ObjectNode of(Usage usage) {
    return MAPPER
        .createObjectNode()
        .put("first_token_milliseconds", 1e3 * Figures.seconds(usage.getTimeToFirstToken()))
        .put("milliseconds", 1e3 * Figures.seconds(usage.getTotalTime()))
        .put("base_milliseconds", 1e3 * Figures.seconds(usage.getBaseTime()))
        .put("reward_milliseconds", 1e3 * Figures.seconds(usage.getRewardTime()))
        .put("cached_prompt_tokens", usage.getCachedPromptTokens())
        .put("scored_candidates", usage.getScoredCandidates())
        .put("pruned_candidates", usage.getPrunedCandidates());
  }
}
