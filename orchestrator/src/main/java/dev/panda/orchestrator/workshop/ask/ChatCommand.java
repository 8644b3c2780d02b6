package dev.panda.orchestrator.workshop.ask;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.workshop.cli.FailureReport;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Talks with the model, turn by turn. */
@Command(
    name = "chat",
    description = {
      "Talks with the model, turn by turn; the whole conversation is the prompt of each answer.",
      "Lines that begin with / change how it answers; /help lists them. /quit or end of input ends"
          + " the chat."
    },
    footer = {
      "  deploy/panda chat",
      "  deploy/panda chat -p comprehensibility -l constant:2",
      "  deploy/panda chat --system \"You are a friendly gardener.\" -p specialization"
    })
public final class ChatCommand implements Callable<Integer> {
  private static final String COMMANDS = "/preference, /lambda, /method, /reset, /help, /quit";

  private static final String HELP =
      """
      /preference NAME[=WEIGHT] …  follow these preferences; without a name: none
      /lambda SHAPE:NUMBERS …      the functions of Λ; without one: the default
      /method NAME                 how tokens are chosen: %s
      /reset                       forget the conversation
      /help                        this list
      /quit                        leave\
      """;

  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;
  @Mixin private GenerationOptions options;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "What the model is told before the first question.")
  private String system;

  private Conversation conversation;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    reset();
    try (Endpoint.Connection connection = endpoint.connect()) {
      refusal(options.preferences(), connection)
          .ifPresent(
              refusal -> {
                throw new ParameterException(spec.commandLine(), refusal);
              });
      talk(connection, out);
    }
    return 0;
  }

  private void talk(Endpoint.Connection connection, PrintWriter out) throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println("Ask away; /help lists the commands, /quit ends.");
    while (true) {
      out.print(Ansi.AUTO.string("@|bold,cyan you>|@ "));
      out.flush();
      String line = input.readLine();
      if (line == null || line.strip().equals("/quit")) {
        out.println();
        return;
      }
      if (line.startsWith("/")) {
        obey(line.strip(), connection, out);
      } else if (!line.isBlank()) {
        answer(line.strip(), connection, out);
      }
    }
  }

  private void reset() {
    conversation =
        system == null
            ? new Conversation(List.of())
            : new Conversation(List.of(new Conversation.Message("system", system)));
  }

  private void answer(String question, Endpoint.Connection connection, PrintWriter out) {
    Conversation asked = conversation.with("user", question);
    GenerateRequest request = options.request(Method.METHOD_GREEDY).setChat(asked.toChat()).build();
    try {
      Streamed streamed = Streamed.print(connection.generate(request), out);
      out.println(Ansi.AUTO.string("@|faint " + streamed.figures(options.rewardUnit()) + "|@"));
      streamed.summary().getWarningsList().forEach(warning -> out.println("warning: " + warning));
      conversation = asked.with("assistant", streamed.summary().getText());
    } catch (StatusRuntimeException failure) {
      out.println();
      FailureReport.lines(failure).forEach(out::println);
      if (conversation.hasAnswers() && FailureReport.isOutOfRoom(failure)) {
        out.println("/reset forgets the conversation and makes room.");
      }
    }
  }

  private void obey(String line, Endpoint.Connection connection, PrintWriter out) {
    List<String> words = List.of(line.split("\\s+", -1));
    List<String> arguments = words.subList(1, words.size());
    try {
      switch (words.get(0)) {
        case "/preference" -> {
          var preferences = convert(arguments, new PreferenceConverter()::convert);
          Optional<String> refusal = refusal(preferences, connection);
          if (refusal.isPresent()) {
            out.println(refusal.get());
            return;
          }
          options.preferences(preferences);
        }
        case "/lambda" -> options.lambdas(convert(arguments, new LambdaConverter()::convert));
        case "/method" ->
            options.method(
                arguments.isEmpty()
                    ? null
                    : new ProtoEnumConverter.OfMethod().convert(arguments.get(0)));
        case "/reset" -> reset();
        case "/help" -> {
          out.println(HELP.formatted(String.join(", ", new ProtoEnumConverter.OfMethod())));
          return;
        }
        default -> {
          out.println("unknown command " + words.get(0) + " (commands: " + COMMANDS + ")");
          return;
        }
      }
      out.println("Done.");
    } catch (TypeConversionException malformed) {
      out.println(malformed.getMessage());
    } catch (StatusRuntimeException failure) {
      FailureReport.lines(failure).forEach(out::println);
    }
  }

  /** Why these preferences can't be followed; empty if they can. */
  private static Optional<String> refusal(
      List<WeightedPreference> preferences, Endpoint.Connection connection) {
    return ServedPreferences.of(connection.preferences())
        .refusal(preferences.stream().map(WeightedPreference::getName).toList());
  }

  private static <T> List<T> convert(List<String> arguments, Function<String, T> converter) {
    return arguments.stream().map(converter).toList();
  }
}
