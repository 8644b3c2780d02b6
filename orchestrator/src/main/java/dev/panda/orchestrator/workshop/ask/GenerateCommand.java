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
          + " presents it as a user's question; with --raw the model continues the prompt itself."
    },
    footer = {
      "  deploy/panda generate \"Why is the sky blue?\" -p comprehensibility",
      "  deploy/panda generate \"Why is the sky blue?\" \\",
      "      -p comprehensibility=1 -p specialization=-0.5 -l constant:0.5",
      "  deploy/panda generate --file question.txt -p comprehensibility \\",
      "      -l constant:1 -l linear:1,0.05 --lambda-mode per-lambda",
      "  echo \"Bread rises because\" | deploy/panda generate --raw \\",
      "      -m sampling --seed 7 --temperature 0.8",
      "  deploy/panda generate \"What is fog?\" -p comprehensibility \\",
      "      -l kl-budget:0.1,4 --json"
    })
public final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;
  @Mixin private GenerationOptions options;

  @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "The prompt.")
  private String prompt;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "File that holds the prompt, in UTF-8.")
  private Path file;

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
        prompt == null || file == null,
        "two prompts: an argument and --file (expected: one of them)");
    if (prompt != null) {
      return prompt;
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
