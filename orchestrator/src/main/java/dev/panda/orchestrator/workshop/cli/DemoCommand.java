package dev.panda.orchestrator.workshop.cli;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.workshop.evaluation.Readability;
import dev.panda.orchestrator.workshop.evaluation.Repetition;
import dev.panda.orchestrator.workshop.pairs.Conversation;
import dev.panda.orchestrator.workshop.services.DemoServices;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what steering does: one prompt, four answers, side by side. */
@Command(
    name = "demo",
    description = {
      "Shows what steering does: answers one question unaligned, with ARGS, and with PANDA for two"
          + " preferences, side by side with rewards, readability grade and repetition.",
      "It uses the services of `deploy/panda up` if they run with the same model. If not, it starts its"
          + " own, on free ports, and stops them at the end."
    },
    footer = {
      "  deploy/panda demo",
      "  deploy/panda demo \"How do bees make honey?\"",
      "  deploy/panda demo -p specialization -p comprehensibility",
      "  deploy/panda demo --model smollm2 -p harmlessness -p specialization"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int NARROWEST_COLUMN = 24;

  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;
  @Mixin private RewardServices rewards;

  @Parameters(
      arity = "0..1",
      paramLabel = "QUESTION",
      defaultValue = "Why did people build castles?",
      description = "What is asked (default: ${DEFAULT-VALUE}).")
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
      description = "Characters a line (default: $COLUMNS, or 120).")
  private int width;

  @Mixin private DemoServices services;

  /** An answer under its heading. */
  private record Answer(String heading, Streamed streamed, List<Double> rewards) {}

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
    try (Endpoint.Connection connection = endpoint.connect()) {
      ListPreferencesResponse served = connection.preferences();
      List<String> preferences = choose(served);
      out.println(Ansi.AUTO.string("@|bold Model|@  ") + served.getModelId());
      out.println(Ansi.AUTO.string("@|bold Prompt|@ ") + question);
      out.println();
      out.flush();
      List<Answer> answers = answers(connection, preferences);
      print(answers, preferences, out);
    }
  }

  private void requireValid() {
    if (width < NARROWEST_COLUMN) {
      throw misuse("--width: " + width + " (expected: " + NARROWEST_COLUMN + " or more)");
    }
    if (maxTokens < 1) {
      throw misuse("--max-tokens: " + maxTokens + " (expected: 1 or more)");
    }
    if (question.isBlank()) {
      throw misuse("QUESTION: empty (expected: what is asked)");
    }
    if (!names.isEmpty() && (names.size() != 2 || names.get(0).equals(names.get(1)))) {
      throw misuse("--preference: " + String.join(", ", names) + " (expected: two, or none)");
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private List<String> choose(ListPreferencesResponse served) {
    List<String> offered = ServedPreferences.of(served).names();
    if (!names.isEmpty()) {
      ServedPreferences.of(served)
          .refusal(names)
          .ifPresent(
              refusal -> {
                throw misuse(refusal);
              });
      return names;
    }
    List<String> usual = List.of("comprehensibility", "specialization");
    if (offered.containsAll(usual)) {
      return usual;
    }
    if (offered.size() < 2) {
      throw new CommandFailure(
          "preferences served: " + offered + " (expected: two or more)",
          "`deploy/panda train-reward` makes another; then start the services again.");
    }
    return offered.subList(0, 2);
  }

  private List<Answer> answers(Endpoint.Connection connection, List<String> preferences) {
    List<Answer> answers = new ArrayList<>();
    try (RewardServices.Session session =
        rewards.open(Conversation.ofQuestion(question), preferences)) {
      answers.add(answer("unaligned", request(Method.METHOD_GREEDY), connection, session));
      answers.add(
          answer(
              "ARGS: " + preferences.get(0),
              request(Method.METHOD_ARGS_GREEDY).addPreferences(named(preferences.get(0))),
              connection,
              session));
      for (String preference : preferences) {
        answers.add(
            answer(
                "PANDA: " + preference,
                request(Method.METHOD_PANDA).addPreferences(named(preference)),
                connection,
                session));
      }
    }
    return answers;
  }

  private Answer answer(
      String heading,
      GenerateRequest.Builder request,
      Endpoint.Connection connection,
      RewardServices.Session session) {
    note("answering: " + heading + " …");
    Streamed streamed = Streamed.read(connection.generate(request.build()), token -> {});
    note("");
    return new Answer(heading, streamed, session.rewards(streamed.summary().getTokenIdsList()));
  }

  /** Says what is going on, in one line that is written over; nothing where nobody watches. */
  private void note(String text) {
    if (Ansi.AUTO.enabled()) {
      spec.commandLine().getErr().print("\r\033[K" + text);
      spec.commandLine().getErr().flush();
    }
  }

  private GenerateRequest.Builder request(Method method) {
    return GenerateRequest.newBuilder()
        .setChat(Conversations.toChat(Conversation.ofQuestion(question)))
        .setMethod(method)
        .setMaxTokens(maxTokens);
  }

  private static WeightedPreference named(String preference) {
    return WeightedPreference.newBuilder().setName(preference).build();
  }

  private void print(List<Answer> answers, List<String> preferences, PrintWriter out) {
    int perRow = answers.size();
    while (perRow > 1 && Columns.width(width, perRow) < NARROWEST_COLUMN) {
      perRow /= 2;
    }
    int column = Columns.width(width, perRow);
    for (int first = 0; first < answers.size(); first += perRow) {
      List<Answer> row = answers.subList(first, Math.min(first + perRow, answers.size()));
      printLines(
          row.stream().map(Answer::heading).toList(), column, Optional.of(Ansi.Style.bold), out);
      printLines(
          Collections.nCopies(row.size(), "─".repeat(column)),
          column,
          Optional.of(Ansi.Style.faint),
          out);
      printLines(
          row.stream().map(answer -> answer.streamed().summary().getText()).toList(),
          column,
          Optional.empty(),
          out);
      out.println();
      printLines(
          row.stream().map(answer -> figures(answer, preferences)).toList(),
          column,
          Optional.of(Ansi.Style.fg_cyan),
          out);
      out.println();
    }
    same(answers).forEach(line -> Columns.wrap(line, width).forEach(out::println));
    Columns.wrap(
            "Beside a preference's name: the answer's reward, in standard deviations from the mean"
                + " of the reward model's calibration set. The grade is Flesch–Kincaid's, lower is"
                + " easier to read. Repetition is the share of 3-grams of words that came before.",
            width)
        .forEach(out::println);
  }

  /** Says which answers are the same. */
  private static List<String> same(List<Answer> answers) {
    Map<String, List<String>> headings = new LinkedHashMap<>();
    for (Answer answer : answers) {
      headings
          .computeIfAbsent(answer.streamed().summary().getText(), text -> new ArrayList<>())
          .add(answer.heading());
    }
    return headings.values().stream()
        .filter(alike -> alike.size() > 1)
        .map(
            alike -> "The same answer, chosen in different ways: " + String.join("; ", alike) + ".")
        .toList();
  }

  /**
   * @param style none leaves the lines as they are
   */
  private static void printLines(
      List<String> texts, int column, Optional<Ansi.Style> style, PrintWriter out) {
    for (String line : Columns.sideBySide(texts, column)) {
      out.println(
          style.isEmpty() || !Ansi.AUTO.enabled()
              ? line
              : Ansi.Style.on(style.get()) + line + Ansi.Style.off(style.get()));
    }
  }

  private static String figures(Answer answer, List<String> preferences) {
    String text = answer.streamed().summary().getText();
    StringBuilder figures = new StringBuilder();
    for (int j = 0; j < preferences.size(); j++) {
      figures.append("%+.2f %s%n".formatted(answer.rewards().get(j), preferences.get(j)));
    }
    figures.append("%s readability grade%n".formatted(oneDecimal(Readability.of(text).grade())));
    figures.append("%s %% repetition%n".formatted(oneDecimal(Repetition.of(text).exact(3))));
    figures.append(
        "%d tokens, %.1f s"
            .formatted(
                answer.streamed().summary().getTokenIdsCount(),
                Figures.seconds(answer.streamed().summary().getUsage().getTotalTime())));
    return figures.toString();
  }

  private static String oneDecimal(OptionalDouble figure) {
    return figure.isEmpty() ? "–" : "%.1f".formatted(figure.getAsDouble());
  }
}
