package dev.panda.basemodel.workshop.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.basemodel.workshop.models.JsonText;
import dev.panda.basemodel.workshop.models.ModelReport;
import dev.panda.basemodel.workshop.models.ReportJson;
import dev.panda.basemodel.workshop.models.ReportText;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelFiles;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.checkpoint.RewardModelEntry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what a model is, from the headers of its files. */
@Command(
    name = "inspect",
    description = {
      "Tells what a model is: architecture and size, how its weights are stored, tokenizer, chat template and end tokens,"
          + " the memory that it takes in each numeric format, and its reward models. It reads headers, not weights.",
      "If the services would refuse the model, it says why, tells what it could read, and ends with exit code 1.",
      "A PREFERENCE prints the card of that reward model instead: what it was trained on and with, how well it tells"
          + " pairs apart, and what it reads."
    },
    footer = {
      "  deploy/panda models inspect everyday",
      "  deploy/panda models inspect everyday comprehensibility",
      "  deploy/panda models inspect ~/checkpoints/my-llama",
      "  deploy/panda models inspect ~/downloads/qwen-q4_k_m.gguf --device cuda",
      "  deploy/panda models inspect smollm2 --json"
    })
final class InspectCommand implements Callable<Integer> {
  private static final Pattern DEVICE = Pattern.compile("cpu|cuda(:\\d{1,3})?");

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "Its name in `models list`, or the path of a folder or GGUF file.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PREFERENCE",
      description = "Print the card of this reward model alone.")
  private String preference;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "DEVICE",
      description = "Tell the memory for cpu, or for cuda (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--json",
      description = "Print one JSON object, with sizes in bytes and whole cards.")
  private boolean json;

  @Override
  public Integer call() {
    if (!DEVICE.matcher(device).matches()) {
      throw new ParameterException(
          spec.commandLine(), "--device: " + device + " (expected: cpu, cuda or cuda:1 …)");
    }
    PrintWriter out = spec.commandLine().getOut();
    ModelFolders folders = ModelFolders.ofProcess();
    Path model = folders.checkpoint(name);
    if (preference != null) {
      print(card(folders.rewardModels(model)), out);
      return 0;
    }
    ModelReport report = ModelReport.of(model, folders, device.startsWith("cuda"));
    if (json) {
      out.println(ReportJson.of(report).toPrettyString());
    } else {
      ReportText.of(report).forEach(out::println);
    }
    return report.refusals().isEmpty() ? 0 : 1;
  }

  private void print(Path file, PrintWriter out) {
    JsonNode card = ModelFiles.json(file);
    if (json) {
      out.println(card.toPrettyString());
    } else {
      out.println(file);
      JsonText.of(card).forEach(line -> out.println("  " + line));
    }
  }

  private Path card(List<RewardModelEntry> rewards) {
    return rewards.stream()
        .filter(reward -> reward.name().equals(preference))
        .findFirst()
        .map(RewardModelEntry::card)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "preference: %s (expected: one of %s)"
                        .formatted(
                            preference, rewards.stream().map(RewardModelEntry::name).toList())));
  }
}
