package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class RunningServicesTest {
  @TempDir private Path root;

  @Command
  private static final class Asking {
    @Option(names = "--endpoint", defaultValue = "usual:1")
    private String endpoint;

    @Option(names = "--base-model-endpoint", defaultValue = "usual:2")
    private String baseModel;

    @Option(names = "--reward-endpoint", split = ",", defaultValue = "usual:3")
    private List<String> rewards;

    @Option(names = "-n", defaultValue = "4")
    private int other;

    @Option(names = "--port", defaultValue = "${env:PANDA_PORT_OF_THIS_TEST:-9000}")
    private String port;
  }

  private Asking asking(Map<String, String> environment, String... arguments) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("PANDA_HOME", root.toString());
    Asking asking = new Asking();
    new CommandLine(asking)
        .setDefaultValueProvider(new RunningServices(new Installation(root, all)))
        .parseArgs(arguments);
    return asking;
  }

  private void run(Service... rewards) throws IOException {
    List<Service> services = new ArrayList<>(List.of(new Service("base-model", 11, 12)));
    services.addAll(List.of(rewards));
    services.add(new Service("orchestrator", 17, 18));
    new RunFolder(root.resolve("run")).begin(new ServiceSet(root, services));
  }

  @Test
  void commandsAskTheServicesThatRun() throws IOException {
    run(new Service("reward", 13, 14), new Service("reward-easy", 15, 16));

    Asking asking = asking(Map.of());

    assertThat(asking.endpoint).isEqualTo("127.0.0.1:17");
    assertThat(asking.baseModel).isEqualTo("127.0.0.1:11");
    assertThat(asking.rewards).containsExactly("127.0.0.1:13", "127.0.0.1:15");
    assertThat(asking.other).isEqualTo(4);
    assertThat(asking(Map.of(), "--endpoint=mine:1").endpoint).isEqualTo("mine:1");
  }

  @Test
  void withoutServicesTheUsualAddressesHold() {
    Asking asking = asking(Map.of());

    assertThat(asking.endpoint).isEqualTo("usual:1");
    assertThat(asking.rewards).containsExactly("usual:3");
  }

  /** Picocli reads the process's environment, so the text of a variable would come from there. */
  @Test
  void anEmptyVariableIsAsGoodAsNone() {
    String variable = "PANDA_PORT_OF_THIS_TEST";
    RunningServices defaults =
        new RunningServices(new Installation(root, Map.of("PANDA_HOME", "/none", variable, "")));
    CommandLine asking = new CommandLine(new Asking());

    assertThat(defaults.defaultValue(asking.getCommandSpec().findOption("--port")))
        .isEqualTo("9000");
    assertThat(defaults.defaultValue(asking.getCommandSpec().findOption("-n"))).isNull();
    assertThat(asking(Map.of(variable, ""), "--port=").port).isEmpty();
    assertThat(asking(Map.of(variable, "9100")).port).isEqualTo("9000");
  }

  @Test
  void withoutRewardServicesNoneIsAsked() throws IOException {
    run();

    assertThat(asking(Map.of()).rewards).isNull();
    assertThat(asking(Map.of()).endpoint).isEqualTo("127.0.0.1:17");
  }

  @Test
  void theEnvironmentGoesFirst() throws IOException {
    run(new Service("reward", 13, 14));

    assertThat(asking(Map.of("PANDA_ENDPOINT", "env:1")).endpoint).isEqualTo("usual:1");
    assertThat(asking(Map.of("PANDA_ENDPOINT", "env:1")).rewards).containsExactly("usual:3");
    assertThat(asking(Map.of("PANDA_ENDPOINT_REWARD", "env:1")).rewards).containsExactly("usual:3");
    assertThat(asking(Map.of("PANDA_ENDPOINT_REWARD", "env:1")).endpoint).isEqualTo("127.0.0.1:17");
  }
}
