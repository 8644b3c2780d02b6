package dev.panda.orchestrator.workshop.demo;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.serving.client.GenerationClient;
import dev.panda.orchestrator.workshop.ask.AnswerRewards;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.ask.Endpoint;
import dev.panda.orchestrator.workshop.ask.RewardServices;
import dev.panda.orchestrator.workshop.ask.ServedPreferences;
import dev.panda.orchestrator.workshop.ask.Streamed;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import dev.panda.orchestrator.workshop.services.DemoServices;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what steering does: one prompt, four answers, side by side. */
@Command(
    name = "demo",
    description = {
      "Shows what steering does: answers one question unaligned, with ARGS, and with PANDA for two"
          + " preferences. The answers stand side by side, each with its rewards, readability grade"
          + " and repetition.",
      "It uses the services of `deploy/panda up` if they run with the same model. If not, it starts its"
          + " own, on free ports, and stops them at the end."
    },
    footer = {
      "  deploy/panda demo",
      "  deploy/panda demo \"How do bees make honey?\"",
      "  deploy/panda demo -p specialization -p comprehensibility",
      "  deploy/panda demo --model smollm2 -p harmlessness -p specialization"
    })
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;
  @Mixin private RewardServices rewards;

  @Parameters(
      arity = "0..1",
      paramLabel = "QUESTION",
      defaultValue = "Why did people build castles?",
      description = "The question (default: ${DEFAULT-VALUE}).")
  private String question;

  @Option(
      names = {"-p", "--preference"},
      paramLabel = "NAME",
      description =
          "Two preferences (default: comprehensibility and specialization, or the first two"
              + " served).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      defaultValue = "80",
      description = "Longest answer in tokens (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "${env:COLUMNS:-120}",
      description = "Characters of a line (default: $COLUMNS, or 120).")
  private int width;

  @Mixin private DemoServices services;

  @Override
  public Integer call() throws IOException, InterruptedException {
    requireValid();
    if (spec.commandLine().getParseResult().hasMatchedOption("--endpoint")) {
      show();
    } else {
      services.lend(
          addresses -> {
            endpoint.use(addresses.orchestrator());
            rewards.use(addresses.baseModel(), addresses.rewards());
            show();
          });
    }
    return 0;
  }

  private void show() {
    PrintWriter out = spec.commandLine().getOut();
    try (GenerationClient orchestrator = endpoint.connect()) {
      ListPreferencesResponse served = orchestrator.listPreferences();
      List<String> preferences = choose(served);
      out.println(Ansi.AUTO.string("@|bold Model|@  ") + served.getModelId());
      out.println(Ansi.AUTO.string("@|bold Prompt|@ ") + question);
      out.println();
      out.flush();
      List<DemoAnswer> answers = answers(orchestrator, preferences);
      new DemoPage(answers, preferences, width).print(out);
    }
  }

  private void requireValid() {
    int narrowest = DemoPage.NARROWEST_COLUMN;
    require(width >= narrowest, "--width: " + width + " (expected: " + narrowest + " or more)");
    OptionCheck.atLeastOne(spec, "--max-tokens", maxTokens);
    require(!question.isBlank(), "QUESTION: empty (expected: a question)");
    require(
        names.isEmpty() || (names.size() == 2 && !names.get(0).equals(names.get(1))),
        "--preference: " + String.join(", ", names) + " (expected: two, or none)");
  }

  private void require(boolean sense, String refusal) {
    OptionCheck.require(spec, sense, refusal);
  }

  private List<String> choose(ListPreferencesResponse served) {
    List<String> offered = ServedPreferences.of(served).names();
    if (!names.isEmpty()) {
      ServedPreferences.of(served).refusal(names).ifPresent(refusal -> require(false, refusal));
      return names;
    }
    List<String> usual = List.of("comprehensibility", "specialization");
    if (offered.containsAll(usual)) {
      return usual;
    }
    if (offered.size() < 2) {
      throw new CommandFailure(
          "preferences served: %s (expected: two or more)"
              .formatted(offered.isEmpty() ? "none" : String.join(", ", offered)),
          "`deploy/panda train-reward` makes reward models; then start the services again.");
    }
    return offered.subList(0, 2);
  }

  private List<DemoAnswer> answers(GenerationClient orchestrator, List<String> preferences) {
    Map<String, GenerateRequest.Builder> requests = new LinkedHashMap<>();
    requests.put("unaligned", request(Method.METHOD_GREEDY));
    requests.put(
        "ARGS: " + preferences.get(0),
        request(Method.METHOD_ARGS_GREEDY).addPreferences(named(preferences.get(0))));
    for (String preference : preferences) {
      requests.put(
          "PANDA: " + preference, request(Method.METHOD_PANDA).addPreferences(named(preference)));
    }
    List<DemoAnswer> answers = new ArrayList<>();
    try (AnswerRewards services = rewards.connect("preference", preferences)) {
      requests.forEach(
          (heading, request) -> {
            note("answering: " + heading + " …");
            Streamed streamed = Streamed.read(orchestrator.generate(request.build()), token -> {});
            note("");
            answers.add(
                new DemoAnswer(
                    heading,
                    streamed,
                    services.rewards(
                        Conversation.ofQuestion(question),
                        streamed.summary().getTokenIdsList(),
                        preferences)));
          });
    }
    return answers;
  }

  /** Shows a note in one line that the next note overwrites; nothing unless on a terminal. */
  private void note(String text) {
    if (Ansi.AUTO.enabled()) {
      spec.commandLine().getErr().print("\r\033[K" + text);
      spec.commandLine().getErr().flush();
    }
  }

  private GenerateRequest.Builder request(Method method) {
    return GenerateRequest.newBuilder()
        .setChat(Conversation.ofQuestion(question).toChat())
        .setMethod(method)
        .setMaxTokens(maxTokens);
  }

  private static WeightedPreference named(String preference) {
    return WeightedPreference.newBuilder().setName(preference).build();
  }
}
