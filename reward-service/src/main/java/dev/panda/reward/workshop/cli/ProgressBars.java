package dev.panda.reward.workshop.cli;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.transformer.workshop.cli.ProgressConsole;
import me.tongfei.progressbar.ProgressBar;

/** Shows a bar for each task. */
final class ProgressBars implements BatchProgress.Display {
  private final ProgressConsole console = new ProgressConsole();

  @Override
  public BatchProgress start(String task, long steps) {
    return new Bar(console.bar(task).setInitialMax(steps).build());
  }

  private record Bar(ProgressBar bar) implements BatchProgress {
    @Override
    public void advance(long steps) {
      bar.stepBy(steps);
    }

    @Override
    public void show(String words) {
      bar.setExtraMessage(" " + words);
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
