package dev.panda.orchestrator.workshop.services;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Lends a command the services that it needs: those of {@code deploy/panda up} if they serve the
 * model, or else ones that run on free ports until the command is done.
 */
public final class DemoServices {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Mixin private ServiceOptions options;

  /**
   * Where services answer.
   *
   * @param rewards of the reward services
   */
  public record Addresses(String orchestrator, String baseModel, List<String> rewards) {
    static Addresses of(ServiceSet services) {
      return new Addresses(
          services.orchestrator().address(),
          services.baseModel().address(),
          services.rewardAddresses());
    }
  }

  /** Calls {@code use} while services run. */
  public void lend(Consumer<Addresses> use) throws IOException, InterruptedException {
    Installation installation = Installation.ofProcess();
    ServiceOptions.Settings settings = options.settings();
    Path model = installation.models().find(settings.model());
    PrintWriter err = spec.commandLine().getErr();
    Optional<ServiceSet> running = running(installation.run(), model);
    if (running.isPresent()) {
      err.println("Using the services that run.");
      use.accept(Addresses.of(running.get()));
      return;
    }
    RewardPlan rewards =
        RewardPlan.of(model, settings.model(), List.of(), settings.rewardsApart(), installation);
    if (!rewards.guides()) {
      throw new CommandFailure(
          settings.model() + " has no reward model to be served, so there is nothing to show",
          "`deploy/panda up --model %s` starts it as it is; `deploy/panda train-reward -m %1$s` makes a reward model (README.md: A preference of your own)."
              .formatted(settings.model()));
    }
    ServicePlan plan =
        ServicePlan.of(model, rewards, settings.ports().orNextFree(), settings.tuning());
    RunFolder run = installation.run().ofProcess("demo");
    err.println("Starting the services with the model " + model.getFileName() + " …");
    boolean keepsLogs = true;
    try (Start start = new Start(new Launcher(installation, run), err, run::delete)) {
      start.start(plan, settings.startTimeout());
      use.accept(Addresses.of(plan.services()));
      keepsLogs = false;
    } catch (ParameterException misuse) {
      keepsLogs = false;
      throw misuse;
    } finally {
      if (!keepsLogs) {
        run.delete();
      }
    }
  }

  /** The services of {@code up}, if all run and serve this model. */
  private static Optional<ServiceSet> running(RunFolder run, Path model) {
    return run.settings()
        .filter(services -> services.model().equals(model))
        .filter(services -> services.services().stream().allMatch(s -> run.isRunning(s.name())))
        .filter(services -> Health.isReady(services.orchestrator().healthPort()));
  }
}
