package dev.panda.reward.workshop.cli;

import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.decoder.AutoNumerics;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Work;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options of all commands that read a backbone. */
final class BackboneOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "MODEL",
      description = {
        "The model whose hidden states are read: a name in deploy/models or $PANDA_HOME/models (~/.panda/models),",
        "or the path of a folder or GGUF file."
      })
  private String model;

  @Option(
      names = "--numerics",
      defaultValue = "auto",
      paramLabel = "FORMAT",
      description =
          "Format of the model's weights: float32, bfloat16, float16, int8, int4 or auto (default: ${DEFAULT-VALUE}).")
  private String numerics;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "DEVICE",
      description = "Device for the model: cpu, cuda, cuda:1 … (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads (default: one for each processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** The folders in which models are looked up by name. */
  ModelFolders folders() {
    return ModelFolders.ofProcess();
  }

  /** The model as named on the command line. */
  String model() {
    return model;
  }

  /** The model's folder or file. */
  Path path() {
    return folders().resolve(model);
  }

  /** The format; {@code auto} is the fastest for whole texts. */
  Numerics numerics() {
    Path measurements = ModelFolders.home(System.getenv()).resolve("numerics.json");
    return new AutoNumerics(measurements).resolve(numerics, path(), device, threads(), Work.TEXTS);
  }

  String device() {
    return device;
  }

  int threads() {
    if (threads < 1) {
      throw new ParameterException(
          spec.commandLine(), "--threads: %s (expected: at least 1)".formatted(threads));
    }
    return threads;
  }

  /** The default folder of cached features and rewards. */
  static Path cache(Map<String, String> environment) {
    return ModelFolders.home(environment).resolve("cache");
  }
}
