package dev.panda.basemodel.workshop.cli;

import dev.panda.basemodel.workshop.training.TrainingProgress;
import dev.panda.transformer.workshop.cli.ProgressConsole;
import dev.panda.transformer.workshop.training.Interruption;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import me.tongfei.progressbar.ProgressBar;

/** Shows lines, and a bar with the loss and the remaining time. The caller closes it. */
final class BarProgress implements TrainingProgress, AutoCloseable {
  private final ProgressConsole console = new ProgressConsole();
  private final Interruption interruption;
  private ProgressBar bar;

  BarProgress(Interruption interruption) {
    this.interruption = interruption;
  }

  /**
   * Starts the bar at the updates that a resumed training has already done, so that the remaining
   * time is right.
   */
  private ProgressBar start(long done) {
    return console.bar("Updates").setInitialMax(-1).startsFrom(done, Duration.ZERO).build();
  }

  @Override
  public void say(String line) {
    if (bar == null) {
      console.line(line);
    } else {
      console.lineOverBar(line);
    }
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
  public boolean stops() {
    return interruption.asked();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
