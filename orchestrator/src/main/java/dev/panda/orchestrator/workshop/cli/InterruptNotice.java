package dev.panda.orchestrator.workshop.cli;

import java.io.PrintWriter;

/** Prints a notice if Ctrl-C ends the process, such as how to resume long work. */
public final class InterruptNotice {
  private final Thread hook;

  /** Prints {@code words} if the process ends before {@link #close} is called. */
  public InterruptNotice(PrintWriter err, String words) {
    hook =
        new Thread(
            () -> {
              err.println("\n" + words);
              err.flush();
            },
            "notice");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The process is ending, and the hook prints the words.
    }
  }
}
