package dev.panda.orchestrator.workshop.ask;

import dev.panda.api.generation.v1.GenerateRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * The options that say how tokens are drawn and where a response ends. The orchestrator decides
 * about options that are not given.
 */
public final class SamplingOptions {
  @Option(names = "-k", paramLabel = "N", description = "Candidates a step (default: 10).")
  private Integer k;

  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      description = "Longest response in tokens (default: 128).")
  private Integer maxTokens;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Text that ends the response; may be repeated.")
  private List<String> stops = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of methods that draw tokens (default: a fresh one; 0 for commands that draw many answers).")
  private Long seed;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "Temperature of sampling and best-of-n (default: 1).")
  private Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description = "Share of probability that sampling and best-of-n draw from (default: 1).")
  private Double topP;

  public Long seed() {
    return seed;
  }

  void addTo(GenerateRequest.Builder request) {
    request.addAllStop(stops);
    if (k != null) {
      request.setK(k);
    }
    if (maxTokens != null) {
      request.setMaxTokens(maxTokens);
    }
    if (seed != null) {
      request.setSeed(seed);
    }
    if (temperature != null) {
      request.setTemperature(temperature);
    }
    if (topP != null) {
      request.setTopP(topP);
    }
  }
}
