package dev.panda.orchestrator.workshop.benchmark.machine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The machine that this program runs on.
 *
 * @param processor its model, or its architecture if the model is not known
 * @param readBytesPerSecond how fast all processors together read memory
 */
public record Machine(
    String processor,
    int processors,
    long memoryBytes,
    double readBytesPerSecond,
    String system,
    String java) {

  /** Looks at the machine; reads memory for half a second. */
  public static Machine measure() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new Machine(
        model(),
        processors,
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        MemoryBandwidth.bytesPerSecond(processors),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
  }

  private static String model() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException | RuntimeException elsewhere) {
      return System.getProperty("os.arch");
    }
  }

  /** The machine for people. */
  public String inWords() {
    return "%s, %d processors, %.1f GB of memory, read at %.1f GB/s"
        .formatted(processor, processors, memoryBytes / 1e9, readBytesPerSecond / 1e9);
  }
}
