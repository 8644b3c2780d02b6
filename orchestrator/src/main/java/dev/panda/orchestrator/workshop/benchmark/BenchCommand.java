package dev.panda.orchestrator.workshop.benchmark;

import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.orchestrator.serving.client.GenerationClient;
import dev.panda.orchestrator.workshop.ask.Endpoint;
import dev.panda.orchestrator.workshop.benchmark.contender.CompletionsServer;
import dev.panda.orchestrator.workshop.benchmark.contender.Contender;
import dev.panda.orchestrator.workshop.benchmark.contender.Peer;
import dev.panda.orchestrator.workshop.benchmark.contender.Prompt;
import dev.panda.orchestrator.workshop.benchmark.contender.Prompts;
import dev.panda.orchestrator.workshop.benchmark.contender.RequestException;
import dev.panda.orchestrator.workshop.benchmark.load.Load;
import dev.panda.orchestrator.workshop.benchmark.load.LoadGenerator;
import dev.panda.orchestrator.workshop.benchmark.load.Result;
import dev.panda.orchestrator.workshop.benchmark.load.Setting;
import dev.panda.orchestrator.workshop.benchmark.load.Sweep;
import dev.panda.orchestrator.workshop.benchmark.machine.Machine;
import dev.panda.orchestrator.workshop.benchmark.report.Chart;
import dev.panda.orchestrator.workshop.benchmark.report.Floor;
import dev.panda.orchestrator.workshop.benchmark.report.JsonReport;
import dev.panda.orchestrator.workshop.benchmark.report.TextReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** Puts an orchestrator and its peers under load. */
@Command(
    name = "bench",
    aliases = "benchmark",
    description = {
      "Times answers: unaligned and with PANDA in turn, of one stream or under load. Other servers"
          + " can take part.",
      "Measured at the client: time to the first token, times between tokens, time of the whole"
          + " answer, tokens and requests a second. Under a rate, times count from when a request was"
          + " due. The table at the server shows, as medians, what a token took: waiting for the base"
          + " model, waiting for rewards, and outside both.",
      "Ctrl-C ends it; what was measured is reported."
    },
    footer = {
      "  deploy/panda bench",
      "  deploy/panda bench -p comprehensibility -k 40 -n 256 --rounds 5",
      "  deploy/panda bench --concurrency 1,8,32 --chart sweep.png",
      "  deploy/panda bench --rate 0.5,2,8 --duration 30s --seed 1 --json rates.json",
      "  deploy/panda bench --prompt-tokens 128,1024 --weights model.gguf",
      "  deploy/panda bench --concurrency 8 --peer vllm=http://127.0.0.1:8000"
    })
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;
  @Mixin private ContenderOptions contenders;
  @Mixin private LoadOptions load;
  @Mixin private PromptOptions prompts;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    contenders.check(spec);
    load.check(spec);
    prompts.check(spec);
    output.check(spec);
    Interruption interruption = new Interruption();
    try (GenerationClient orchestrator = endpoint.connect()) {
      ListPreferencesResponse served = orchestrator.listPreferences();
      contenders.choose(served, load.singleStream());
      Prompts source = prompts.prompts(load.seed());
      List<Contender> measured = new ArrayList<>(contenders.orchestrator(orchestrator));
      contenders.peers().forEach(peer -> measured.add(connect(peer, source)));
      measure(served.getModelId(), measured, source);
    } finally {
      interruption.close();
    }
    return 0;
  }

  private CompletionsServer connect(Peer peer, Prompts source) {
    OptionalInt length = prompts.lengths().get(0);
    Prompt probe = length.isPresent() ? source.next(length.getAsInt()) : source.next();
    return CompletionsServer.connect(peer, contenders.maxTokens(), endpoint.deadline(), probe);
  }

  private void measure(String model, List<Contender> measured, Prompts source) throws IOException {
    Instant start = Instant.now();
    Machine machine = Machine.measure();
    Optional<Floor> floor =
        output.weights().map(bytes -> new Floor(bytes, machine.readBytesPerSecond()));
    TextReport report = new TextReport(spec.commandLine().getOut(), floor);
    report.head(
        List.of(
            "%s, %s, seed %d".formatted(model, contenders.inWords(), load.seed()),
            "this machine: " + machine.inWords()));
    List<Result> results = run(measured, source, report);
    if (output.json().isPresent()) {
      JsonReport.write(output.json().get(), settings(model, start), machine, results);
    }
    if (output.chart().isPresent() && !results.isEmpty()) {
      Chart.write(output.chart().get(), results);
    }
    requireAnswer(results);
  }

  /** Measures one setting after the other, until Ctrl-C. */
  private List<Result> run(List<Contender> measured, Prompts source, TextReport report) {
    List<Setting> settings = settings();
    List<Sweep.Point> points = new ArrayList<>();
    try (RunProgress progress = progress(settings, measured.size())) {
      Sweep sweep = new Sweep(measured, source, new LoadGenerator(progress::requestEnded));
      boolean whole = true;
      for (int s = 0; whole && s < settings.size(); s++) {
        points.add(sweep.measure(settings.get(s), load.rounds()));
        whole = points.get(s).whole();
      }
    }
    points.forEach(point -> report.setting(point.results()));
    List<Result> results = points.stream().flatMap(point -> point.results().stream()).toList();
    if (points.size() > 1) {
      report.sweep(results);
    }
    return results;
  }

  private List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    for (OptionalInt length : prompts.lengths()) {
      for (Load level : load.loads()) {
        settings.add(new Setting(level, length, load.warmUp(level), load.extent(level)));
      }
    }
    return settings;
  }

  private RunProgress progress(List<Setting> settings, int measured) {
    long requests = 0;
    Duration length = Duration.ZERO;
    for (Setting setting : settings) {
      long runs = (long) measured * load.rounds();
      requests += (long) measured * setting.warmUp();
      requests += runs * setting.extent().requests();
      length = length.plus(setting.extent().duration().multipliedBy(runs));
    }
    return new RunProgress(requests, load.timed() ? Optional.of(length) : Optional.empty());
  }

  /** Every option's value, and what else tells benchmarks apart. */
  private Map<String, Object> settings(String model, Instant start) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("version", String.join(" ", spec.root().version()));
    settings.put("model", model);
    settings.put("started", start);
    settings.put("ended", Instant.now());
    for (OptionSpec option : spec.options()) {
      Object value = option.getValue();
      if (value != null && !option.usageHelp() && !option.versionHelp()) {
        settings.put(option.longestName().replaceFirst("^-+", "").replace('-', '_'), value);
      }
    }
    return settings;
  }

  /** Fails as the first request did if no request was answered. */
  private static void requireAnswer(List<Result> results) {
    if (results.stream().allMatch(result -> result.done() == 0)) {
      results.stream()
          .flatMap(result -> result.firstFailure().stream())
          .findFirst()
          .map(RequestException::report)
          .ifPresent(
              report -> {
                throw report;
              });
    }
  }
}
