package dev.panda.orchestrator.workshop.benchmark;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.Usage;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.serving.client.GenerationClient;
import dev.panda.orchestrator.workshop.ask.Endpoint;
import dev.panda.orchestrator.workshop.ask.Figures;
import dev.panda.orchestrator.workshop.ask.Streamed;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import dev.panda.transformer.text.MalformedTextException;
import dev.panda.transformer.text.Utf8;
import dev.panda.transformer.workshop.cli.ProgressConsole;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Times one generation: unaligned and with PANDA in turn. */
@Command(
    name = "benchmark",
    description = {
      "Times one generation: unaligned, with PANDA, and with PANDA without pruning, in turn. The"
          + " first round does not count. Figures are medians over the rounds.",
      "The table shows the time to the first token and the milliseconds for each token after it."
          + " It also shows, for each of all tokens, the time spent waiting for the base model,"
          + " waiting for rewards, and outside both."
    },
    footer = {
      "  deploy/panda benchmark",
      "  deploy/panda benchmark -p comprehensibility -k 40 -n 256 --rounds 5",
      "  deploy/panda up --model smollm2 --numerics int4",
      "  deploy/panda benchmark"
    })
public final class BenchmarkCommand implements Callable<Integer> {
  private static final String PROMPT = "benchmark-prompt.txt";

  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;

  @Option(
      names = {"-p", "--preference"},
      paramLabel = "NAME",
      description = "The preference, with its card's strength (default: the first served).")
  private String preference;

  @Option(
      names = "-k",
      paramLabel = "N",
      defaultValue = "10",
      description = "Candidates a step (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens to generate (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "Text to continue, in UTF-8 (default: prose of 127 tokens in SmolLM2, 182 in everyday).")
  private Path file;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds that count (default: ${DEFAULT-VALUE}).")
  private int rounds;

  /** One way to generate, and the usage of its runs. */
  private record Contender(String name, GenerateRequest request, List<Usage> runs) {
    double median(ToDoubleFunction<Usage> figure) {
      double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
      return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
  }

  @Override
  public Integer call() throws IOException {
    OptionCheck.atLeastOne(spec, "--rounds", rounds);
    try (GenerationClient orchestrator = endpoint.connect()) {
      ListPreferencesResponse served = orchestrator.listPreferences();
      String followed = choose(served);
      List<Contender> contenders = contenders(prompt(), followed);
      try (ProgressBar bar =
          new ProgressConsole()
              .bar("Runs")
              .setInitialMax((long) contenders.size() * (rounds + 1))
              .build()) {
        for (int round = 0; round <= rounds; round++) {
          for (Contender contender : contenders) {
            Streamed run = Streamed.read(orchestrator.generate(contender.request()), token -> {});
            if (round > 0) {
              contender.runs().add(run.summary().getUsage());
            }
            bar.step();
          }
        }
      }
      print(served.getModelId(), followed, contenders);
    }
    return 0;
  }

  private String choose(ListPreferencesResponse served) {
    if (preference != null) {
      return preference;
    }
    if (served.getPreferencesCount() == 0) {
      throw new CommandFailure(
          "preferences served: none (expected: one or more)",
          "The model that is served has no reward model; `deploy/panda train-reward` makes one.");
    }
    return served.getPreferences(0).getName();
  }

  private String prompt() throws IOException {
    if (file != null) {
      try {
        return Utf8.read(file);
      } catch (MalformedTextException e) {
        throw new CommandFailure(file + ": " + e.getMessage(), "Save the prompt as UTF-8.", e);
      }
    }
    try (InputStream text = BenchmarkCommand.class.getResourceAsStream(PROMPT)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private List<Contender> contenders(String prompt, String followed) {
    GenerateRequest base =
        GenerateRequest.newBuilder().setText(prompt).setK(k).setMaxTokens(maxTokens).build();
    GenerateRequest panda =
        base.toBuilder()
            .setMethod(Method.METHOD_PANDA)
            .addPreferences(WeightedPreference.newBuilder().setName(followed))
            .build();
    return List.of(
        contender("unaligned", base.toBuilder().setMethod(Method.METHOD_GREEDY).build()),
        contender("PANDA", panda),
        contender("PANDA, not pruned", panda.toBuilder().setNoPruning(true).build()));
  }

  private static Contender contender(String name, GenerateRequest request) {
    return new Contender(name, request, new ArrayList<>());
  }

  private void print(String model, String followed, List<Contender> contenders) {
    PrintWriter out = spec.commandLine().getOut();
    Usage any = contenders.get(0).runs().get(0);
    out.printf(
        "%s, %d prompt tokens, preference %s, k = %d, %s, milliseconds%n%n",
        model,
        any.getPromptTokens(),
        followed,
        k,
        rounds == 1 ? "one round" : "medians of " + rounds + " rounds");
    String row = "%-18s %7s %12s %8s %8s %8s %8s %9s%n";
    out.printf(row, "", "tokens", "first token", "a token", "base", "rewards", "outside", "scored");
    for (Contender contender : contenders) {
      out.printf(
          row,
          contender.name(),
          "%.0f".formatted(contender.median(Usage::getGeneratedTokens)),
          "%.0f".formatted(contender.median(u -> 1e3 * Figures.seconds(u.getTimeToFirstToken()))),
          "%.1f".formatted(contender.median(BenchmarkCommand::millisAfterTheFirst)),
          "%.1f".formatted(contender.median(u -> aToken(u, Figures.seconds(u.getBaseTime())))),
          "%.1f".formatted(contender.median(u -> aToken(u, Figures.seconds(u.getRewardTime())))),
          "%.2f".formatted(contender.median(BenchmarkCommand::millisOutside)),
          contender.runs().get(0).getScoredCandidates());
    }
    if (contenders.stream().anyMatch(c -> c.median(Usage::getGeneratedTokens) < maxTokens)) {
      out.println();
      out.println("Some answers ended before " + maxTokens + " tokens; the times are theirs.");
    }
  }

  private static double millisAfterTheFirst(Usage usage) {
    double seconds =
        Figures.seconds(usage.getTotalTime()) - Figures.seconds(usage.getTimeToFirstToken());
    return 1e3 * seconds / Math.max(1, usage.getGeneratedTokens() - 1);
  }

  private static double millisOutside(Usage usage) {
    return aToken(
        usage,
        Figures.seconds(usage.getTotalTime())
            - Figures.seconds(usage.getBaseTime())
            - Figures.seconds(usage.getRewardTime()));
  }

  /** Milliseconds a token. */
  private static double aToken(Usage usage, double seconds) {
    return 1e3 * seconds / usage.getGeneratedTokens();
  }
}
