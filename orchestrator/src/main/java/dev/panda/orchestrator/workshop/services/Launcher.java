package dev.panda.orchestrator.workshop.services;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts the processes of services. They outlive this process and its terminal: what a terminal
 * sends to all its programs does not end them.
 *
 * @param records whether a process makes the archive of its classes when it ends, instead of using
 *     it
 */
record Launcher(Installation installation, RunFolder run, boolean records) {
  /**
   * Only what runs very often is compiled a second time, which takes a quarter of a start
   * otherwise.
   */
  private static final List<String> LITTLE_COMPILATION =
      List.of(
          "-XX:Tier4InvocationThreshold=50000",
          "-XX:Tier4MinInvocationThreshold=50000",
          "-XX:Tier4CompileThreshold=100000");

  /** Heap that only loading needs is given back afterwards. */
  private static final List<String> LITTLE_HEAP = List.of("-Xms64m", "-XX:-ShrinkHeapInSteps");

  private static final int FIRST_JAVA_THAT_WARNS = 24;

  /** Leaves out the signals of a terminal, then becomes the service, under the same id. */
  private static final List<String> DETACHED =
      List.of("sh", "-c", "trap '' HUP INT QUIT; exec \"$0\" \"$@\"");

  Launcher(Installation installation, RunFolder run) {
    this(installation, run, false);
  }

  static Launcher recording(Installation installation, RunFolder run) {
    return new Launcher(installation, run, true);
  }

  /**
   * Starts a service, and writes its process id down.
   *
   * @param options of its JVM
   */
  void start(Service service, List<String> options) throws IOException {
    File log = run.log(service.name()).toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command(service, options))
            .directory(installation.root().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(log)
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    // PyTorch's threads spin for up to 3 ms while they wait; services that share processors should
    // give way sooner.
    environment.putIfAbsent("GOMP_SPINCOUNT", "3000");
    // Fewer arenas keep less memory that was freed.
    environment.putIfAbsent("MALLOC_ARENA_MAX", "2");
    // The services run in another folder.
    environment.computeIfPresent(
        "PANDA_HOME",
        (name, home) -> home.isBlank() ? home : Path.of(home).toAbsolutePath().toString());
    run.keep(service.name(), builder.start().pid());
  }

  List<String> command(Service service, List<String> options) {
    List<String> command = new ArrayList<>(DETACHED);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(run.mark(service.name()));
    // Java warns of how libraries use memory and native code unless that is allowed.
    if (Runtime.version().feature() >= FIRST_JAVA_THAT_WARNS) {
      command.add("--sun-misc-unsafe-memory-access=allow");
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    ClassArchive archive = new ClassArchive(installation.root(), service.module());
    command.addAll(records ? archive.recording() : archive.use());
    command.addAll(LITTLE_COMPILATION);
    command.addAll(LITTLE_HEAP);
    if (!installation.choosesCollector()) {
      command.add("-XX:+UseSerialGC");
    }
    command.add("-Dai.djl.offline=true");
    command.add("-Dai.djl.pytorch.graph_optimizer=false");
    command.addAll(options);
    command.addAll(List.of(installation.javaOptions()));
    Path jar = Path.of(service.module(), "target", "quarkus-app", "quarkus-run.jar");
    command.addAll(List.of("-jar", jar.toString()));
    return command;
  }
}
