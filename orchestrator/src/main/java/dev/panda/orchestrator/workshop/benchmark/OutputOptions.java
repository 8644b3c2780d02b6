package dev.panda.orchestrator.workshop.benchmark;

import dev.panda.orchestrator.workshop.benchmark.report.Chart;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say what is reported. */
final class OutputOptions {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write settings, machine, figures and every request's times to a file.")
  private Path json;

  @Option(
      names = "--chart",
      paramLabel = "FILE.png",
      description = "Draw tokens a second and the times of tokens against what the sweep varies.")
  private Path chart;

  @Option(
      names = "--weights",
      paramLabel = "FILE|BYTES",
      converter = WeightsConverter.class,
      description =
          "What a token reads of the model: the file of its weights, or bytes, as in 270M. Compares"
              + " times between tokens with the time that this machine needs to read as much.")
  private Long weights;

  void check(CommandSpec spec) {
    requireFolder(spec, "--json", json);
    requireFolder(spec, "--chart", chart);
    if (chart != null) {
      OptionCheck.require(
          spec,
          chart.getFileName().toString().endsWith(".png"),
          "--chart: " + chart + " (expected: a file whose name ends in .png)");
      Chart.requireFont();
    }
  }

  private static void requireFolder(CommandSpec spec, String option, Path file) {
    OptionCheck.require(
        spec,
        file == null
            || (!Files.isDirectory(file) && Files.isDirectory(file.toAbsolutePath().getParent())),
        option + ": " + file + " (expected: a file in a folder that exists)");
  }

  Optional<Path> json() {
    return Optional.ofNullable(json);
  }

  Optional<Path> chart() {
    return Optional.ofNullable(chart);
  }

  Optional<Long> weights() {
    return Optional.ofNullable(weights);
  }
}
