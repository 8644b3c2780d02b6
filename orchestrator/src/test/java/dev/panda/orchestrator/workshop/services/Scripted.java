package dev.panda.orchestrator.workshop.services;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A process that waits, with arguments of a test's choice on its command line. */
record Scripted(Process process) implements AutoCloseable {

  /** Waits for its input to end. */
  static Scripted waiting(String... arguments) throws IOException {
    return run("read line", arguments);
  }

  /** Waits for its input to end, and lets no request to stop move it. */
  static Scripted stubborn(String... arguments) throws IOException {
    Scripted stubborn = run("trap '' TERM; echo ready; read line", arguments);
    if (stubborn.process.getInputStream().read() < 0) {
      throw new AssertionError("the shell ended");
    }
    return stubborn;
  }

  private static Scripted run(String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script + "; exit 0", "name"));
    command.addAll(List.of(arguments));
    return new Scripted(new ProcessBuilder(command).start());
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.getOutputStream().close();
  }
}
