package dev.panda.orchestrator.workshop.services;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the services and leaves them running. */
@Command(
    name = "up",
    description = {
      "Starts the services on 127.0.0.1 and waits until they are healthy. They run until"
          + " `deploy/panda down`.",
      "The base-model service holds the reward models that read its weights, so that they guide in"
          + " the model's own pass; --reward-service serves them apart. Answers of a model without"
          + " reward models follow no preference; `make-pairs` and `train-reward` can make one.",
      "Then it prints for each service its address, the format of its weights, the seconds until it"
          + " was healthy, and its resident memory.",
      "In brackets: the environment variable that says the same. Every other key of the services can"
          + " be given as an environment variable too (PANDA_BASE_MODEL_CACHE_TOKENS=65536);"
          + " README.md lists them. PANDA_JAVA_OPTIONS is given to every JVM.",
      "Logs and process ids lie in deploy/run, or in $PANDA_HOME/run if PANDA_HOME is set."
    },
    footer = {
      "  deploy/panda up",
      "  deploy/panda up --model smollm2 --numerics int4",
      "  deploy/panda up --model smollm2 --preference easy",
      "  deploy/panda up --model smollm2 --reward-service",
      "  deploy/panda up --port 9100 --base-model-port 9101 --reward-port 9102 \\",
      "    --http-port 8180"
    })
public final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServiceOptions options;

  @Option(
      names = "--preference",
      paramLabel = "NAME",
      description =
          "A reward model that is left out otherwise, by name or folder: one with weights of its own"
              + " (`train-reward --method low-rank` or `full`), or a judge (`--judge`). Each has a"
              + " reward service of its own, the first at --reward-port, the others at the next free"
              + " ports. May be given several times.")
  private List<String> preferences = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Installation installation = Installation.ofProcess();
    RunFolder run = installation.run();
    ServiceOptions.Settings settings = options.settings();
    Path model = installation.models().find(settings.model());
    PrintWriter err = spec.commandLine().getErr();
    try (FileChannel lock = run.openLock()) {
      requireNoOtherStarts(lock);
      requireNoneRuns(run);
      RewardPlan rewards = plan(model, settings, installation);
      ServicePlan plan = ServicePlan.of(model, rewards, settings.ports(), settings.tuning());
      settings.ports().requireFree(plan.services());
      try (Start start = new Start(new Launcher(installation, run), err, () -> {})) {
        StartReport started = start.start(plan, settings.startTimeout());
        start.leaveRunning();
        started.lines().forEach(err::println);
      }
      rewards.notes().forEach(err::println);
    }
    err.println("Logs are in " + run.folder() + ". `deploy/panda down` stops them.");
    return 0;
  }

  private RewardPlan plan(Path model, ServiceOptions.Settings settings, Installation installation) {
    try {
      return RewardPlan.of(
          model, settings.model(), preferences, settings.rewardsApart(), installation);
    } catch (IllegalArgumentException misuse) {
      throw new ParameterException(spec.commandLine(), misuse.getMessage(), misuse);
    }
  }

  private static void requireNoOtherStarts(FileChannel lock) throws IOException {
    if (!RunFolder.tryLock(lock)) {
      throw new CommandFailure(
          "another `deploy/panda up` is starting services",
          "Wait until it is done; `deploy/panda status` tells which services run.");
    }
  }

  static void requireNoneRuns(RunFolder run) {
    List<String> running = run.running();
    List<String> ended = new ArrayList<>(run.started());
    ended.removeAll(running);
    if (!running.isEmpty() && !ended.isEmpty()) {
      throw new CommandFailure(
          "already running: %s; ended since: %s"
              .formatted(String.join(" ", running), String.join(" ", ended)),
          "`deploy/panda down`, then `deploy/panda up`, starts all of them again; why it ended may"
              + " stand in "
              + run.log(ended.get(0))
              + ".");
    }
    if (!running.isEmpty()) {
      throw new CommandFailure(
          "already running: " + String.join(" ", running),
          "`deploy/panda status` tells more; `deploy/panda down` stops them.");
    }
  }
}
