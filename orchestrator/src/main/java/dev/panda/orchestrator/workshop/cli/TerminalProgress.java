package dev.panda.orchestrator.workshop.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Help.Ansi;

/** Progress bars on standard error. */
public final class TerminalProgress {
  private static final int WIDTH = 90;
  private static final int TERMINAL_UPDATE_MILLIS = 500;
  private static final int FILE_UPDATE_MILLIS = 20_000;

  private TerminalProgress() {}

  /**
   * Opens a bar that ends at {@code steps}; the caller closes it. If standard error is no terminal,
   * the bar is a line that is printed every 20 seconds.
   */
  public static ProgressBar bar(String name, long steps) {
    boolean watched = Ansi.AUTO.enabled();
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(steps)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(watched ? TERMINAL_UPDATE_MILLIS : FILE_UPDATE_MILLIS)
        .setConsumer(
            watched
                ? new ConsoleProgressBarConsumer(err, WIDTH)
                : new DelegatingProgressBarConsumer(err::println, WIDTH))
        .build();
  }
}
