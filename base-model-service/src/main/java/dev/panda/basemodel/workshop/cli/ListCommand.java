package dev.panda.basemodel.workshop.cli;

import dev.panda.basemodel.workshop.models.ByteSize;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.checkpoint.RewardModelEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the models that can be given by name. */
@Command(
    name = "list",
    description = "Lists the models, their sizes and their reward models.",
    footer = "  deploy/panda models list")
final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ModelFolders folders = ModelFolders.ofProcess();
    List<Path> all = folders.all();
    for (Path model : all) {
      List<String> rewards =
          folders.rewardModels(model).stream().map(RewardModelEntry::name).toList();
      out.printf(
          "%-20s %10s  %s%n%20s %s%n",
          model.getFileName(),
          ByteSize.of(size(model)),
          rewards.isEmpty() ? "no reward models" : String.join(", ", rewards),
          "",
          model);
    }
    if (all.isEmpty()) {
      out.println("No models. `deploy/panda models fetch smollm2` brings one.");
    }
    return 0;
  }

  private static long size(Path model) throws IOException {
    try (Stream<Path> files = Files.walk(model)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
