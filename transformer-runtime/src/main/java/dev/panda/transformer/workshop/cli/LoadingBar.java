package dev.panda.transformer.workshop.cli;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows a bar while weights are loaded, in place of the lines that the decoder logs meanwhile. It
 * appears with the first of them, after two seconds.
 */
final class LoadingBar extends Handler {
  /** Parent of the loggers that tell how far weights are loaded. */
  static final String LOGGER = "dev.panda.transformer.decoder";

  /** What a line on loading begins with; its parameters are percent and million weights. */
  private static final String LOADING = "loading: ";

  /** Held here, as a log manager may forget a logger that nobody holds. */
  private final Logger decoder = Logger.getLogger(LOGGER);

  // Guarded by this.
  private ProgressBar bar;

  /** Takes the place of the log. */
  static LoadingBar install() {
    LoadingBar loading = new LoadingBar();
    loading.decoder.setUseParentHandlers(false);
    loading.decoder.addHandler(loading);
    return loading;
  }

  @Override
  public synchronized void publish(LogRecord line) {
    if (!line.getMessage().startsWith(LOADING)) { // the weights are loaded
      if (bar != null) {
        bar.stepTo(bar.getMax());
      }
      close();
      return;
    }
    long percent = ((Number) line.getParameters()[0]).longValue();
    long millions = ((Number) line.getParameters()[1]).longValue();
    if (bar == null) {
      bar = new ProgressConsole().bar("Million weights").setInitialMax(millions).build();
    }
    bar.stepTo(percent * millions / 100);
  }

  synchronized boolean isShown() {
    return bar != null;
  }

  @Override
  public void flush() {
    // The bar is drawn on a thread of its own.
  }

  /** Ends the bar that is shown, if any. */
  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
