package dev.panda.orchestrator.workshop.benchmark;

import dev.panda.orchestrator.serving.client.BaseModelClient;
import dev.panda.orchestrator.serving.client.Timeouts;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.workshop.benchmark.contender.Prompts;
import dev.panda.orchestrator.workshop.benchmark.contender.Tokens;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.EndpointConverter;
import dev.panda.orchestrator.workshop.cli.OptionCheck;
import dev.panda.transformer.text.MalformedTextException;
import dev.panda.transformer.text.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say what prompts are. */
final class PromptOptions {
  private static final String PROSE = "benchmark-prompt.txt";
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(60);

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "Prose of the prompts, in UTF-8 (default: one of 127 tokens in SmolLM2, 182 in everyday).")
  private Path file;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      split = ",",
      description =
          "Length of the prompts: the prose, repeated or cut, as token ids. A list is a sweep"
              + " (default: the whole prose as text).")
  private List<Integer> lengths = List.of();

  @Option(
      names = "--same-prompt",
      description =
          "Give all requests the same prompt. Otherwise no two open alike, so that no server has"
              + " their prompts in a cache.")
  private boolean same;

  @Option(
      names = "--base-model-endpoint",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:PANDA_ENDPOINT_BASE_MODEL:-127.0.0.1:9001}",
      converter = EndpointConverter.class,
      description =
          "The base-model service, whose tokenizer --prompt-tokens asks; also by"
              + " $PANDA_ENDPOINT_BASE_MODEL (default: ${DEFAULT-VALUE}).")
  private String baseModel;

  void check(CommandSpec spec) {
    lengths.forEach(length -> OptionCheck.atLeastOne(spec, "--prompt-tokens", length));
  }

  /** Lengths of prompts in tokens, at least one; an empty one is the whole prose. */
  List<OptionalInt> lengths() {
    return lengths.isEmpty()
        ? List.of(OptionalInt.empty())
        : lengths.stream().map(OptionalInt::of).toList();
  }

  Prompts prompts(long seed) throws IOException {
    String prose = prose();
    Optional<Tokens> tokens = lengths.isEmpty() ? Optional.empty() : Optional.of(tokens(prose));
    return new Prompts(prose, tokens, same, seed);
  }

  private String prose() throws IOException {
    if (file == null) {
      try (InputStream text = PromptOptions.class.getResourceAsStream(PROSE)) {
        return new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
      }
    }
    try {
      String prose = Utf8.read(file);
      if (prose.isBlank()) {
        throw new CommandFailure(file + ": no text (expected: prose)", "Name another --file.");
      }
      return prose;
    } catch (MalformedTextException e) {
      throw new CommandFailure(file + ": " + e.getMessage(), "Save the prompt as UTF-8.", e);
    }
  }

  private Tokens tokens(String prose) {
    try (BaseModelClient tokenizer =
        new BaseModelClient(baseModel, new Timeouts(LONGEST_ANSWER, LONGEST_ANSWER))) {
      return Tokens.of(prose, tokenizer);
    } catch (ServiceException failure) {
      throw new CommandFailure(
          failure.getMessage(),
          "--prompt-tokens needs the base model's tokenizer; --base-model-endpoint names its"
              + " service.",
          failure);
    }
  }
}
