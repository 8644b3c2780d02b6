package dev.panda.orchestrator.workshop.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command did. */
public record Ran(int exitCode, String out, String err) {

  /** Runs a command of {@code panda}. */
  public static Ran panda(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Panda.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }
}
