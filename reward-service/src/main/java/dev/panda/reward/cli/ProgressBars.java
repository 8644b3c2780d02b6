package dev.panda.reward.cli;

import dev.panda.reward.training.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Help.Ansi;

/** Progress bars on standard error; where nobody watches they are written seldom. */
final class ProgressBars implements Progress.Display {
  private static final int WIDTH = 90;
  private static final int TERMINAL_UPDATE_MILLIS = 500;
  private static final int FILE_UPDATE_MILLIS = 20_000;

  @Override
  public Progress start(String task, long steps) {
    boolean watched = Ansi.AUTO.enabled();
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    return new Bar(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(watched ? TERMINAL_UPDATE_MILLIS : FILE_UPDATE_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
            .build());
  }

  private record Bar(ProgressBar bar) implements Progress {
    @Override
    public void advance(long steps) {
      bar.stepBy(steps);
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
