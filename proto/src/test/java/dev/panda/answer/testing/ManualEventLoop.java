package dev.panda.answer.testing;

import dev.panda.answer.quarkus.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An event loop that runs tasks at once, and whose time the test passes. */
public final class ManualEventLoop implements EventLoop {
  private final List<Timer> timers = new ArrayList<>();
  private Duration now = Duration.ZERO;

  private record Timer(Duration due, Runnable task) {}

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  @Override
  public Runnable after(Duration delay, Runnable task) {
    Timer timer = new Timer(now.plus(delay), task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  public void pass(Duration time) {
    now = now.plus(time);
    for (Timer timer : List.copyOf(timers)) {
      if (timer.due().compareTo(now) <= 0 && timers.remove(timer)) {
        timer.task().run();
      }
    }
  }
}
