package dev.panda.transformer.workshop.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows progress on standard error: bars, and lines that stay. If standard error is no terminal, a
 * bar becomes plain lines, written rarely.
 */
public final class ProgressConsole {
  private static final int WIDTH = 100;
  private static final int TERMINAL_UPDATE_MILLIS = 500;
  private static final int FILE_UPDATE_MILLIS = 20_000;

  private final boolean watched = Ansi.AUTO.enabled();
  private final PrintStream err =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

  /** Creates a bar; the caller sets its length and closes it. */
  public ProgressBarBuilder bar(String task) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(watched ? TERMINAL_UPDATE_MILLIS : FILE_UPDATE_MILLIS)
        .setConsumer(
            watched
                ? new ConsoleProgressBarConsumer(err, WIDTH)
                : new DelegatingProgressBarConsumer(err::println, WIDTH));
  }

  public void line(String line) {
    err.println(line);
  }

  /** Prints a line in place of the bar, which then appears again below the line. */
  public void lineOverBar(String line) {
    err.println(watched ? "\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())) : line);
  }
}
