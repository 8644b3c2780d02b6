package dev.panda.orchestrator.workshop.benchmark;

import static dev.panda.orchestrator.workshop.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.orchestrator.testing.FakeCompletionsServer;
import dev.panda.orchestrator.testing.FakeServices;
import dev.panda.orchestrator.workshop.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  @TempDir private Path folder;

  @Test
  void ofOneStreamItTimesThreeWaysInTurnAsBenchmarkDid() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      Ran ran = panda("benchmark", "--rounds", "2", "-n", "5", "--endpoint", services.endpoint());
      assertThat(ran.err()).isEmpty();
      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out())
          .contains("preference kind", "one stream, 2 runs of one request", "PANDA, not pruned")
          .contains("at the server", "base", "rewards", "outside", "scored");
      assertThat(services.requests())
          .hasSize(9)
          .extracting(GenerateRequest::getText)
          .doesNotHaveDuplicates();
      assertThat(services.requests().subList(3, 6))
          .extracting(GenerateRequest::getMethod)
          .containsExactly(Method.METHOD_GREEDY, Method.METHOD_PANDA, Method.METHOD_PANDA);
      assertThat(services.requests().get(2).getNoPruning()).isTrue();
    }
  }

  @Test
  void aSweepOfStreamsAndPromptsIsWrittenAndDrawn() throws IOException {
    Path json = folder.resolve("bench.json");
    Path chart = folder.resolve("bench.png");
    try (FakeServices services = FakeServices.serving("kind", "terse");
        FakeCompletionsServer peer = new FakeCompletionsServer()) {
      Ran ran =
          panda(
              "bench",
              "--concurrency=1,2",
              "--prompt-tokens=16,32",
              "--requests=4",
              "--rounds=1",
              "--warm-up=0",
              "--seed=1",
              "--weights=1M",
              "-p=kind,terse",
              "--peer=other=" + peer.url(),
              "--json=" + json,
              "--chart=" + chart,
              "--endpoint=" + services.endpoint(),
              "--base-model-endpoint=" + services.endpoint());
      assertThat(ran.err()).isEmpty();
      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out()).contains("other", "x floor", "2 streams, prompts of 32 tokens, PANDA");
      assertThat(services.requests())
          .hasSize(4 * 2 * 4)
          .allSatisfy(request -> assertThat(request.getTokens().getIdsCount()).isIn(16, 32));
      assertThat(services.requests().stream().filter(r -> r.getPreferencesCount() > 0).toList())
          .extracting(request -> request.getPreferences(0).getName())
          .containsOnly("kind", "terse");
    }
    JsonNode written = new ObjectMapper().readTree(json.toFile());
    assertThat(written.path("results")).hasSize(12);
    assertThat(written.at("/settings/seed").asLong()).isEqualTo(1);
    assertThat(written.path("results"))
        .allSatisfy(result -> assertThat(result.path("answered").asInt()).isEqualTo(4));
    assertThat(written.at("/results/0/run").asText()).isEqualTo("4 requests");
    assertThat(written.at("/results/0/runs/0/requests/0/server").has("base_milliseconds")).isTrue();
    assertThat(written.at("/settings/model").asText()).isEqualTo("fake");
    assertThat(written.at("/settings/concurrency")).hasSize(2);
    assertThat(Files.size(chart)).isPositive();
  }

  @Test
  void aRateCountsItsRequestsAndThePromptCanBeTheSame() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      Ran ran =
          panda(
              "bench",
              "--rate=1000",
              "--requests=5",
              "--rounds=1",
              "--same-prompt",
              "--contender=panda",
              "--method=args-greedy",
              "--endpoint=" + services.endpoint());
      assertThat(ran.out()).contains("1000 requests a second", "args-greedy: ", "5 answered");
      assertThat(services.requests()).hasSize(6);
      assertThat(services.requests().stream().distinct()).hasSize(1);
    }
  }

  @Test
  void failuresAreCountedByReason() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      services.failAfter(2);
      Ran ran =
          panda(
              "bench",
              "--concurrency=1",
              "--warm-up=0",
              "--rounds=1",
              "--contender=unaligned",
              "--endpoint=" + services.endpoint());
      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out()).contains("2 answered, failed: 2 invalid request");
    }
  }

  @Test
  void reportsWhyNothingWasAnswered() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      services.failAfter(0);
      Ran ran = panda("bench", "--warm-up=0", "--endpoint=" + services.endpoint());
      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.err())
          .contains("panda: the request is not valid", "-k: 0 (expected: 1 to 256)");
    }
  }

  @Test
  void refusesAPreferenceThatIsNotServed() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      Ran ran = panda("bench", "-p", "rude", "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("--preference: rude (expected: kind)");
    }
  }

  @Test
  void aModelWithoutPreferencesCanBeMeasuredUnaligned() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      assertThat(panda("bench", "--endpoint", services.endpoint()).err())
          .contains("preferences served: none", "--contender unaligned");
      assertThat(panda("bench", "--contender=unaligned", "--endpoint", services.endpoint()).err())
          .isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--concurrency=0 | --concurrency: 0 (expected: 1 or more)",
        "--rate=0 | --rate: 0.0 (expected: 0.001 to 1000000 requests a second)",
        "--requests=0 | --requests: 0 (expected: 1 or more)",
        "--rounds=0 | --rounds: 0 (expected: 1 or more)",
        "--warm-up=-1 | --warm-up: -1 (expected: 0 or more)",
        "--prompt-tokens=0 | --prompt-tokens: 0 (expected: 1 or more)",
        "-k=0 | -k: 0 (expected: 1 or more)",
        "-n=0 | --max-tokens: 0 (expected: 1 or more)",
        "--peer=vllm | (expected: NAME=http://HOST:PORT, like vllm=http://127.0.0.1:8000)",
        "--peer=a=ftp://b | (expected: http://HOST:PORT/…",
        "--weights=many | many (expected: a file, or bytes like 270M or 1.5G)",
        "--chart=sweep.svg | --chart: sweep.svg (expected: a file whose name ends in .png)",
        "--json=none/bench.json | none/bench.json (expected: a file in a folder that exists)",
        "--contender=fast | fast (expected: "
      })
  void refusesAWrongOption(String option, String refusal) {
    Ran ran = panda("bench", option);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(refusal).endsWith("Try: deploy/panda bench --help\n");
  }

  @Test
  void refusesTwoLoadsAndTwoLengths() {
    assertThat(panda("bench", "--rate=1", "--concurrency=1").err())
        .contains("--rate: set (expected: unset with --concurrency)");
    assertThat(panda("bench", "--requests=1", "--duration=1s").err())
        .contains("--duration: set (expected: unset with --requests)");
  }
}
