package dev.panda.orchestrator.workshop.ask;

import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Preference;
import dev.panda.orchestrator.serving.client.GenerationClient;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the preferences that answers can follow. */
@Command(
    name = "preferences",
    description =
        "Lists the preferences that answers can follow: what a high reward means, and the strength"
            + " λ that applies unless you name another.",
    footer = {"  deploy/panda preferences", "  deploy/panda preferences --endpoint 127.0.0.1:9100"})
public final class PreferencesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Endpoint endpoint;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (GenerationClient orchestrator = endpoint.connect()) {
      ListPreferencesResponse served = orchestrator.listPreferences();
      out.println("model: " + served.getModelId());
      for (Preference preference : served.getPreferencesList()) {
        out.printf(
            "%-20s λ %-5.3g %s%n",
            preference.getName(), preference.getDefaultStrength(), preference.getDescription());
      }
      if (served.getPreferencesCount() == 0) {
        out.println(
            "No preferences: no reward model is served. `deploy/panda make-pairs` and"
                + " `deploy/panda train-reward` make one; then start the services again.");
      }
    }
    return 0;
  }
}
