package dev.panda.orchestrator.workshop.ask;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.serving.client.GenerationClient;
import dev.panda.orchestrator.serving.port.ChatMessage;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.workshop.cli.FailureReport;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
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
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Chats with the model, turn by turn. */
@Command(
    name = "chat",
    description = {
      "Chats with the model, turn by turn. The whole conversation is the prompt of each answer.",
      "Lines that begin with / change how the model answers; /help lists them. /quit or the end of"
          + " the input ends the chat."
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
      description = "A system message before the first question.")
  private String system;

  private Conversation conversation;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    reset();
    try (GenerationClient orchestrator = endpoint.connect()) {
      refusal(options.preferences(), orchestrator)
          .ifPresent(refusal -> OptionCheck.require(spec, false, refusal));
      talk(orchestrator, out);
    }
    return 0;
  }

  private void talk(GenerationClient orchestrator, PrintWriter out) throws IOException {
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
        obey(line.strip(), orchestrator, out);
      } else if (!line.isBlank()) {
        answer(line.strip(), orchestrator, out);
      }
    }
  }

  private void reset() {
    conversation =
        system == null
            ? new Conversation(List.of())
            : new Conversation(List.of(new ChatMessage("system", system)));
  }

  private void answer(String question, GenerationClient orchestrator, PrintWriter out) {
    Conversation asked = conversation.with("user", question);
    GenerateRequest request = options.request(Method.METHOD_GREEDY).setChat(asked.toChat()).build();
    try {
      Streamed streamed = Streamed.print(orchestrator.generate(request), out);
      out.println(Ansi.AUTO.string("@|faint " + streamed.figures(options.rewardUnit()) + "|@"));
      streamed.summary().getWarningsList().forEach(warning -> out.println("warning: " + warning));
      conversation = asked.with("assistant", streamed.summary().getText());
    } catch (ServiceException failure) {
      out.println();
      FailureReport.lines(failure).forEach(out::println);
      if (conversation.hasAnswers() && FailureReport.isOutOfRoom(failure)) {
        out.println("/reset forgets the conversation and so makes room.");
      }
    }
  }

  private void obey(String line, GenerationClient orchestrator, PrintWriter out) {
    List<String> words = List.of(line.split("\\s+", -1));
    List<String> arguments = words.subList(1, words.size());
    try {
      switch (words.get(0)) {
        case "/preference" -> {
          var preferences = convert(arguments, new PreferenceConverter()::convert);
          Optional<String> refusal = refusal(preferences, orchestrator);
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
    } catch (ServiceException failure) {
      FailureReport.lines(failure).forEach(out::println);
    }
  }

  /** Says why some of the preferences cannot be followed; empty if all can. */
  private static Optional<String> refusal(
      List<WeightedPreference> preferences, GenerationClient orchestrator) {
    return ServedPreferences.of(orchestrator.listPreferences())
        .refusal(preferences.stream().map(WeightedPreference::getName).toList());
  }

  private static <T> List<T> convert(List<String> arguments, Function<String, T> converter) {
    return arguments.stream().map(converter).toList();
  }
}
