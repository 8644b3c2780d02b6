package dev.panda.basemodel.workshop.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The result of a command. */
record Ran(int exitCode, String out, String err) {

  /** Runs a command of {@code panda}. */
  static Ran panda(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        BaseModelCommands.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }
}
