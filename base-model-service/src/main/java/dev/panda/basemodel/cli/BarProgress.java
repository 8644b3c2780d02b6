package dev.panda.basemodel.cli;

import dev.panda.basemodel.training.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows progress on standard error: lines, and a bar with the loss and the time left. Where nobody
 * watches, the bar is written seldom. The caller closes it.
 */
final class BarProgress implements Progress, AutoCloseable {
  private static final int WIDTH = 100;
  private static final int TERMINAL_UPDATE_MILLIS = 500;
  private static final int FILE_UPDATE_MILLIS = 20_000;

  private final boolean watched = Ansi.AUTO.enabled();
  private final PrintStream err =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
  private ProgressBar bar;

  /** Begins with what a resumed training has done, so that the time left is right. */
  private ProgressBar start(long done) {
    return new ProgressBarBuilder()
        .setTaskName("Updates")
        .setInitialMax(-1)
        .startsFrom(done, Duration.ZERO)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(watched ? TERMINAL_UPDATE_MILLIS : FILE_UPDATE_MILLIS)
        .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
        .build();
  }

  @Override
  public void say(String line) {
    err.println(bar == null ? line : "\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
  }

  @Override
  public void updated(long update, OptionalLong total, double loss) {
    if (bar == null) {
      bar = start(update - 1);
    }
    total.ifPresent(bar::maxHint);
    bar.setExtraMessage(String.format(Locale.ROOT, " loss %.3f", loss));
    bar.stepTo(update);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
