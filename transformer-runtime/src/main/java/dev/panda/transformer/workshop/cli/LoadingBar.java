package dev.panda.transformer.workshop.cli;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows what the decoder logs: a bar while weights are loaded, in place of the lines that tell how
 * far they are, and every other line as it is, such as the numeric format that was chosen. The bar
 * appears with the first of its lines, after two seconds.
 */
final class LoadingBar extends Handler {
  /** Parent of the loggers that tell how far weights are loaded. */
  static final String LOGGER = "dev.panda.transformer.decoder";

  /** What a line on loading begins with; its parameters are percent and million weights. */
  private static final String LOADING = "loading: ";

  /** What the line begins with that ends the bar. */
  private static final String LOADED = "loaded: ";

  /** Held here, as a log manager may forget a logger that nobody holds. */
  private final Logger decoder = Logger.getLogger(LOGGER);

  private final ProgressConsole console = new ProgressConsole();

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
    String message = line.getMessage();
    if (message.startsWith(LOADING)) {
      long percent = ((Number) line.getParameters()[0]).longValue();
      long millions = ((Number) line.getParameters()[1]).longValue();
      step(percent, millions);
    } else if (message.startsWith(LOADED)) {
      end();
    } else {
      console.line(new SimpleFormatter().formatMessage(line));
    }
  }

  private void step(long percent, long millions) {
    if (bar == null) {
      bar = console.bar("Million weights").setInitialMax(millions).build();
    }
    bar.stepTo(percent * millions / 100);
  }

  private void end() {
    if (bar != null) {
      bar.stepTo(bar.getMax());
    }
    close();
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
