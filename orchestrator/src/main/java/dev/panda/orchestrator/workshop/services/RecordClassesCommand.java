package dev.panda.orchestrator.workshop.services;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes the archives of classes, as the last step of the script's build. */
@Command(
    name = "record-classes",
    hidden = true,
    description =
        "Starts the services once and keeps which classes they load, so that they start faster"
            + " afterwards. The build does it.",
    footer = "  deploy/panda record-classes")
public final class RecordClassesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServiceOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Installation installation = Installation.ofProcess();
    ServiceOptions.Settings settings = options.settings();
    Path model = installation.models().find(settings.model());
    RewardPlan rewards = RewardPlan.of(model, settings.model(), List.of(), true, installation);
    ServicePlan plan =
        ServicePlan.of(model, rewards, settings.ports().orNextFree(), settings.tuning());
    PrintWriter err = spec.commandLine().getErr();
    RunFolder run = installation.run().ofProcess("record");
    try (Start start = new Start(Launcher.recording(installation, run), err, run::delete)) {
      start.start(plan, settings.startTimeout());
    } finally {
      run.delete();
    }
    return 0;
  }
}
