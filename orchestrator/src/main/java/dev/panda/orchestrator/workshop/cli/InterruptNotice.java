package dev.panda.orchestrator.workshop.cli;

import java.io.PrintWriter;

/** Says, where Ctrl-C ends long work, that it goes on later. */
public final class InterruptNotice {
  private final Thread hook;

  /** Says it from here on until it is closed. */
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
      // The process is about to end, and the words are being said.
    }
  }
}
