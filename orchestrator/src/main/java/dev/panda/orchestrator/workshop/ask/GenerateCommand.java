package dev.panda.orchestrator.workshop.ask;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.orchestrator.serving.client.GenerationClient;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import dev.panda.transformer.text.MalformedTextException;
import dev.panda.transformer.text.Utf8;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers one prompt. */
@Command(
    name = "generate",
    description = {
      "Answers one prompt, and prints the text as it comes.",
      "The prompt is the argument, a file (--file), or standard input. The model's chat template"
          + " presents it as a user's question; with --raw the model continues the prompt itself.",
      "A preference (-p) steers the answer; `deploy/panda preferences` lists them. λ (-l) says how"
          + " hard: compare -l 0.5 with -l 2.",
      "",
      "The line below the answer:",
      "tokens      how many, and whether the answer ended by itself, at a stop string, or was cut at"
          + " --max-tokens",
      "reward      how well it follows the preferences, by the reward model that steered it: 0 is an"
          + " average answer, 1 one standard deviation better (raw with args-…)",
      "KL          how far steering moved the model's choices, in nats a token: 0 is not at all, above 1"
          + " much. Only steps of which all candidates were scored have one; --no-pruning scores all",
      "repetition  share of 3-grams of tokens that appeared before; a high one is a sign of too strong"
          + " a λ"
    },
    footer = {
      "  deploy/panda generate \"Why did people build castles?\"",
      "  deploy/panda generate \"Why did people build castles?\" -p comprehensibility",
      "  deploy/panda generate \"Why did people build castles?\" -p specialization -l 2",
      "  deploy/panda generate \"Why did people build castles?\" \\",
      "      -p comprehensibility=1 -p specialization=-0.5 -l constant:0.5",
      "  deploy/panda generate --file question.txt -p comprehensibility \\",
      "      -l constant:1 -l linear:1,0.05 --lambda-mode per-lambda",
      "  echo \"Bread rises because\" | deploy/panda generate --raw \\",
      "      --method sampling --seed 7 --temperature 0.8",
      "  deploy/panda generate \"What is fog?\" -p comprehensibility \\",
      "      -l kl-budget:0.1,4 --json"
    })
public final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;
  @Mixin private GenerationOptions options;

  @Parameters(
      arity = "0..1",
      paramLabel = "[PROMPT]",
      hideParamSyntax = true,
      description = "The prompt, in quotes.")
  private List<String> prompt = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "File that holds the prompt, in UTF-8.")
  private Path file;

  @Option(
      names = "--draft",
      paramLabel = "FILE",
      description =
          "File with a text that the answer will repeat in parts, such as the last answer with"
              + " another λ: what it repeats comes faster. It changes no token.")
  private Path draft;

  @Option(names = "--raw", description = "Continue the prompt itself, without a chat template.")
  private boolean raw;

  @Option(
      names = "--json",
      description = "Print one JSON object: text, tokens and the figures of every step.")
  private boolean json;

  @Option(names = "--all-candidates", description = "With --json: all candidates of every step.")
  private boolean allCandidates;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only the text, without the line of figures.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    OptionCheck.requireHeeded(spec, json, "--json", "--all-candidates");
    GenerateRequest.Builder request =
        options.request(Method.METHOD_GREEDY).setAllCandidates(allCandidates);
    if (draft != null) {
      request.setDraft(Files.readString(draft));
    }
    String text = promptText();
    if (raw) {
      request.setText(text);
    } else {
      request.setChat(Conversation.ofQuestion(text).toChat());
    }
    try (GenerationClient orchestrator = endpoint.connect()) {
      if (json) {
        out.println(toJson(Streamed.read(orchestrator.generate(request.build()), token -> {})));
        return 0;
      }
      Streamed streamed = Streamed.print(orchestrator.generate(request.build()), out);
      PrintWriter err = spec.commandLine().getErr();
      streamed.summary().getWarningsList().forEach(warning -> err.println("warning: " + warning));
      if (!quiet) {
        err.println(streamed.figures(options.rewardUnit()));
      }
      return 0;
    }
  }

  private ObjectNode toJson(Streamed streamed) {
    ObjectNode object = Figures.of(streamed.summary(), options);
    ArrayNode steps = object.putArray("steps");
    streamed.tokens().forEach(token -> steps.add(Figures.of(token)));
    return object;
  }

  private String promptText() throws IOException {
    OptionCheck.require(
        spec,
        prompt.size() < 2,
        "prompt: %d words without quotes (expected: one argument, like \"%s\")"
            .formatted(prompt.size(), String.join(" ", prompt)));
    OptionCheck.require(
        spec,
        prompt.isEmpty() || file == null,
        "two prompts: an argument and --file (expected: one of them)");
    OptionCheck.require(
        spec,
        file == null || !Files.isDirectory(file),
        "--file: %s is a folder (expected: a text file that holds the prompt)".formatted(file));
    if (!prompt.isEmpty()) {
      return prompt.get(0);
    }
    byte[] bytes = file != null ? Files.readAllBytes(file) : System.in.readAllBytes();
    try {
      String text = Utf8.decode(bytes);
      return raw ? text : text.strip();
    } catch (MalformedTextException e) {
      throw new CommandFailure(
          (file == null ? "standard input" : file) + ": " + e.getMessage(),
          "Save the prompt as UTF-8.",
          e);
    }
  }
}
