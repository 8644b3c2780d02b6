package dev.panda.orchestrator.workshop.benchmark;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.serving.client.GenerationClient;
import dev.panda.orchestrator.workshop.ask.ProtoEnumConverter;
import dev.panda.orchestrator.workshop.ask.ServedPreferences;
import dev.panda.orchestrator.workshop.benchmark.contender.Contender;
import dev.panda.orchestrator.workshop.benchmark.contender.Orchestrator;
import dev.panda.orchestrator.workshop.benchmark.contender.Peer;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say who is measured, and what is asked of all. */
final class ContenderOptions {
  /** A way to ask the orchestrator. */
  enum Way {
    UNALIGNED,
    PANDA,
    NOT_PRUNED,
    DRAFTED
  }

  @Option(
      names = "--contender",
      paramLabel = "WAY",
      split = ",",
      description =
          "Ways to ask the orchestrator, in turn: unaligned, panda, not-pruned, drafted (default:"
              + " unaligned,panda, and not-pruned of one stream). Only drafted computes several"
              + " steps at once where text repeats, as prompts do here.")
  private List<Way> ways = List.of();

  @Option(
      names = {"-p", "--preference"},
      paramLabel = "NAME",
      split = ",",
      description =
          "The preference, with its card's strength (default: the first served). Of several,"
              + " requests take one each, in turn.")
  private List<String> preferences = List.of();

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      converter = ProtoEnumConverter.OfMethod.class,
      completionCandidates = ProtoEnumConverter.OfMethod.class,
      description =
          "What panda and not-pruned stand for: ${COMPLETION-CANDIDATES} (default: panda).")
  private Method method = Method.METHOD_PANDA;

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
      names = "--peer",
      paramLabel = "NAME=URL",
      converter = PeerConverter.class,
      description =
          "Another server, in turn with the orchestrator: one of OpenAI's completions API, such as"
              + " vLLM or llama.cpp's; repeat it for several. Answers are greedy.")
  private List<Peer> peers = List.of();

  void check(CommandSpec spec) {
    OptionCheck.atLeastOne(spec, "-k", k);
    OptionCheck.atLeastOne(spec, "--max-tokens", maxTokens);
  }

  List<Peer> peers() {
    return peers;
  }

  int maxTokens() {
    return maxTokens;
  }

  /** Chooses what the command line leaves open. */
  void choose(ListPreferencesResponse served, boolean singleStream) {
    if (ways.isEmpty()) {
      ways =
          singleStream
              ? List.of(Way.UNALIGNED, Way.PANDA, Way.NOT_PRUNED)
              : List.of(Way.UNALIGNED, Way.PANDA);
    }
    boolean steered = ways.stream().anyMatch(way -> way != Way.UNALIGNED);
    ServedPreferences known = ServedPreferences.of(served);
    if (!steered) {
      preferences = List.of();
    } else if (preferences.isEmpty()) {
      if (known.names().isEmpty()) {
        throw new CommandFailure(
            "preferences served: none (expected: one or more)",
            "The model that is served has no reward model; `deploy/panda train-reward` makes one."
                + " Or measure --contender unaligned.");
      }
      preferences = List.of(known.names().get(0));
    }
    known
        .refusal(preferences)
        .ifPresent(
            refusal -> {
              throw new CommandFailure(refusal, "`deploy/panda preferences` lists them.");
            });
  }

  /** The chosen ways to ask an orchestrator. */
  List<Contender> orchestrator(GenerationClient client) {
    return ways.stream()
        .map(way -> (Contender) new Orchestrator(name(way), client, requests(way)))
        .toList();
  }

  private String name(Way way) {
    String steered =
        method == Method.METHOD_PANDA
            ? "PANDA"
            : method
                .name()
                .substring("METHOD_".length())
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    return switch (way) {
      case UNALIGNED -> "unaligned";
      case PANDA -> steered;
      case NOT_PRUNED -> steered + ", not pruned";
      case DRAFTED -> steered + ", drafted";
    };
  }

  private List<GenerateRequest> requests(Way way) {
    GenerateRequest base =
        GenerateRequest.newBuilder()
            .setK(k)
            .setMaxTokens(maxTokens)
            .setNoDrafting(way != Way.DRAFTED)
            .build();
    if (way == Way.UNALIGNED) {
      return List.of(base.toBuilder().setMethod(Method.METHOD_GREEDY).build());
    }
    return preferences.stream()
        .map(
            preference ->
                base.toBuilder()
                    .setMethod(method)
                    .addPreferences(WeightedPreference.newBuilder().setName(preference))
                    .setNoPruning(way == Way.NOT_PRUNED)
                    .build())
        .toList();
  }

  /** What is asked, for people. */
  String inWords() {
    return "k = %d, at most %d tokens%s"
        .formatted(
            k,
            maxTokens,
            preferences.isEmpty()
                ? ""
                : (preferences.size() == 1 ? ", preference " : ", preferences ")
                    + String.join(", ", preferences));
  }
}
