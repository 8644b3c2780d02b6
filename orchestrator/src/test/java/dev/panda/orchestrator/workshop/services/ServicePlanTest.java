package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicePlanTest {
  private static final Path MODEL = Path.of("/models/tiny");
  private static final ServiceOptions.Tuning TUNING =
      new ServiceOptions.Tuning(Optional.of("int4"), Optional.empty(), Optional.of("3"), "2g");

  @TempDir private Path root;

  private static ServicePlan plan(Ports.Chosen ports, RewardPlan.Served... rewards) {
    return ServicePlan.of(MODEL, new RewardPlan(false, List.of(rewards), List.of()), ports, TUNING);
  }

  @Test
  void withoutRewardModelsTheOrchestratorHasNoRewardServices() {
    ServicePlan plan = plan(ports());

    assertThat(plan.services().services())
        .extracting(Service::name)
        .containsExactly("base-model", "orchestrator");
    assertThat(plan.javaOptions(plan.services().orchestrator()))
        .contains("-Dpanda.orchestrator.rewards=");
  }

  @Test
  void theBaseModelServiceIsToldToHoldWhatReadsItsWeights() {
    ServicePlan plan =
        ServicePlan.of(MODEL, new RewardPlan(true, List.of(), List.of()), ports(), TUNING);

    assertThat(plan.javaOptions(plan.services().baseModel()))
        .contains("-Dpanda.base-model.preferences=*");
    assertThat(plan.services().rewards()).isEmpty();
  }

  @Test
  void eachServiceHasPortsOfItsOwn() {
    Ports.Chosen ports = ports();
    ServicePlan plan =
        plan(
            ports,
            new RewardPlan.Served("reward", Optional.empty()),
            new RewardPlan.Served("reward-easy", Optional.of(Path.of("/m/a,b"))));

    List<Service> services = plan.services().services();
    assertThat(services.get(0).port()).isEqualTo(ports.baseModel());
    assertThat(services.get(1).port()).isEqualTo(ports.reward());
    assertThat(services.get(2).port()).isGreaterThan(ports.reward());
    assertThat(services.get(3)).isEqualTo(new Service("orchestrator", ports.grpc(), ports.http()));
    assertThat(services.subList(0, 3)).allMatch(s -> s.healthPort() > ports.http());
    Set<Integer> all = new java.util.HashSet<>();
    assertThat(services).allMatch(s -> all.add(s.port()) && all.add(s.healthPort()));
  }

  @Test
  void tellsEachServiceWhatItIsToDo() {
    Ports.Chosen ports = ports();
    ServicePlan plan =
        plan(
            ports,
            new RewardPlan.Served("reward", Optional.empty()),
            new RewardPlan.Served("reward-easy", Optional.of(Path.of("/m/a,b"))));
    List<Service> services = plan.services().services();

    assertThat(plan.javaOptions(services.get(0)))
        .contains(
            "-Xmx2g",
            "-Dquarkus.grpc.server.port=" + ports.baseModel(),
            "-Dquarkus.http.port=" + services.get(0).healthPort(),
            "-Dpanda.base-model.model=/models/tiny",
            "-Dpanda.base-model.numerics=int4",
            "-Dpanda.base-model.threads=3")
        .noneMatch(option -> option.contains("device"));
    assertThat(plan.javaOptions(services.get(1)))
        .contains("-Dpanda.reward.model=/models/tiny")
        .noneMatch(option -> option.contains("preferences"));
    assertThat(plan.javaOptions(services.get(2))).contains("-Dpanda.reward.preferences=/m/a\\,b");
    assertThat(plan.javaOptions(services.get(3)))
        .contains(
            "-Dpanda.orchestrator.base-model=127.0.0.1:" + ports.baseModel(),
            "-Dpanda.orchestrator.rewards=127.0.0.1:%d,127.0.0.1:%d"
                .formatted(ports.reward(), services.get(2).port()));
  }

  @Test
  void aProcessBearsItsMarkAndTheOptionsOfTheUser() {
    RunFolder run = new RunFolder(root.resolve("run"));
    Launcher launcher =
        new Launcher(new Installation(root, Map.of("PANDA_JAVA_OPTIONS", " -Xss2m  -Da=b ")), run);

    assertThat(launcher.command(new Service("reward-easy", 1, 2), List.of("-Xmx1g")))
        .containsSubsequence(
            run.mark("reward-easy"),
            "-Xmx1g",
            "-Xss2m",
            "-Da=b",
            "-jar",
            "reward-service/target/quarkus-app/quarkus-run.jar");
  }

  @Test
  void aProcessStartsWithTheArchiveOfItsClassesIfThereIsOne() throws IOException {
    String archive = "reward-service/target/quarkus-app/classes.jsa";
    Service service = new Service("reward-easy", 1, 2);
    Installation installation = new Installation(root, Map.of());
    RunFolder run = new RunFolder(root.resolve("run"));
    Launcher launcher = new Launcher(installation, run);
    assertThat(launcher.command(service, List.of())).noneMatch(word -> word.contains("Archive"));
    assertThat(Launcher.recording(installation, run).command(service, List.of()))
        .contains("-XX:ArchiveClassesAtExit=" + archive);

    Files.createDirectories(root.resolve(archive).getParent());
    Files.createFile(root.resolve(archive));

    assertThat(launcher.command(service, List.of())).contains("-XX:SharedArchiveFile=" + archive);
  }

  private static Ports.Chosen ports() {
    return new Ports.Chosen(29000, 28080, 29001, 29002).orNextFree();
  }

  @ParameterizedTest
  @CsvSource({
    "PANDA_JAVA_OPTIONS, -Xss2m -XX:+UseZGC",
    "JDK_JAVA_OPTIONS, -XX:+UseG1GC",
    "JAVA_TOOL_OPTIONS, -Da=b -XX:+UseParallelGC -Xss2m"
  })
  void aCollectorThatTheUserNamesIsTheOnlyOne(String variable, String options) {
    assertThat(new Installation(root, Map.of(variable, options)).choosesCollector()).isTrue();
    assertThat(new Installation(root, Map.of(variable, "-XX:+UseStringDeduplication")))
        .matches(installation -> !installation.choosesCollector());
  }
}
