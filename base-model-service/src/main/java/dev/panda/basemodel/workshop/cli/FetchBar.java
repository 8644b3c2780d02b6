package dev.panda.basemodel.workshop.cli;

import dev.panda.basemodel.workshop.fetch.FetchProgress;
import dev.panda.transformer.workshop.cli.ProgressConsole;
import java.time.Duration;
import java.util.OptionalLong;
import me.tongfei.progressbar.ProgressBar;

/** Shows a download as a bar with size, speed and the remaining time. The caller closes it. */
final class FetchBar implements FetchProgress, AutoCloseable {
  private static final long MEGABYTE = 1_000_000;

  private final String model;
  private ProgressBar bar;

  FetchBar(String model) {
    this.model = model;
  }

  @Override
  public void at(long bytes, OptionalLong total) {
    if (bar == null) {
      bar =
          new ProgressConsole()
              .bar(model)
              .setUnit(" MB", MEGABYTE)
              .showSpeed()
              .setInitialMax(total.orElse(-1))
              .startsFrom(bytes, Duration.ZERO)
              .build();
    }
    bar.stepTo(bytes);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
