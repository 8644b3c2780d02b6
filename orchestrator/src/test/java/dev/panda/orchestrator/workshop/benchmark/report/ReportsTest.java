package dev.panda.orchestrator.workshop.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.orchestrator.workshop.benchmark.load.Result;
import dev.panda.orchestrator.workshop.benchmark.machine.Machine;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportsTest {
  private static final Machine MACHINE = new Machine("chip", 2, 8_000_000_000L, 1e10, "os", "java");
  private static final List<Result> RESULTS =
      List.of(
          Results.of("unaligned", 1, 40, 20),
          Results.of("PANDA", 1, 90, 30),
          Results.of("unaligned", 8, 120, 35),
          Results.of("PANDA", 8, 260, 60),
          Results.of("unaligned", 32, 500, 80),
          Results.of("PANDA", 32, 900, 150));

  @TempDir private Path folder;

  @Test
  void jsonKeepsSettingsFiguresAndTimes() throws IOException {
    Path file = folder.resolve("bench.json");

    JsonReport.write(file, Map.of("k", 10, "preference", List.of("kind")), MACHINE, RESULTS);

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.at("/settings/k").asInt()).isEqualTo(10);
    assertThat(json.at("/settings/preference/0").asText()).isEqualTo("kind");
    assertThat(json.at("/machine/read_bytes_per_second").asDouble()).isEqualTo(1e10);
    assertThat(json.path("results")).hasSize(6);
    JsonNode first = json.at("/results/0");
    assertThat(first.path("contender").asText()).isEqualTo("unaligned");
    assertThat(first.path("load").asInt()).isEqualTo(1);
    assertThat(first.at("/failed/no room").asInt()).isEqualTo(1);
    assertThat(first.at("/milliseconds/between_tokens/p99").asDouble())
        .isCloseTo(20, withinPercentage(0.1));
    JsonNode request = first.at("/runs/0/requests/0");
    assertThat(request.path("token_milliseconds")).hasSize(11);
    assertThat(request.at("/token_milliseconds/0").asDouble()).isEqualTo(40);
    assertThat(request.path("failure").isNull()).isTrue();
    assertThat(first.at("/runs/0/requests/1/failure").asText()).isEqualTo("no room");
  }

  @Test
  void textComparesWithTheFloor() {
    StringWriter out = new StringWriter();
    TextReport report =
        new TextReport(new PrintWriter(out), Optional.of(new Floor(100_000_000, 1e10)));

    report.head(List.of("model"));
    report.setting(RESULTS.subList(0, 2));
    report.sweep(RESULTS);

    assertThat(out.toString())
        .contains(
            "0.100 GB of weights take 10.00 ms",
            "one stream, prompts of 128 tokens, one run of one request",
            "unaligned: 45.8 tokens/s, 4.17 requests/s, 1 answered, failed: 1 no room",
            "2.00 x floor",
            "3.00 x floor",
            "32 streams, prompts of 128 tokens, PANDA");
  }

  @Test
  void theChartHasThreePanels() throws IOException {
    Path file = folder.resolve("bench.png");

    Chart.requireFont();
    Chart.write(file, RESULTS);

    BufferedImage image = ImageIO.read(file.toFile());
    assertThat(image.getWidth()).isEqualTo(2880);
    assertThat(image.getHeight()).isEqualTo(800);
  }

  @Test
  void anAxisIsWhatTheSweepVaries() {
    assertThat(Axis.of(RESULTS)).isEqualTo(new Axis(false, false, "streams"));
    assertThat(Axis.of(RESULTS).place(RESULTS.get(5))).isEqualTo("32");
  }
}
