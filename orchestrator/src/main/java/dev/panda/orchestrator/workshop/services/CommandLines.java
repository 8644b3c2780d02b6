package dev.panda.orchestrator.workshop.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command lines of processes. */
final class CommandLines {
  private CommandLines() {}

  /**
   * The arguments of a process, as many as can be read. {@code ProcessHandle} cuts long command
   * lines on Linux, whose files have them whole.
   */
  static List<String> of(ProcessHandle process) {
    try {
      return List.of(
          Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).split("\0"));
    } catch (IOException elsewhere) {
      return process.info().arguments().map(List::of).orElse(List.of());
    }
  }
}
