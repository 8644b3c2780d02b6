package dev.panda.reward.workshop.batch;

/** Told how far a long task is; closed when it ends. */
public interface BatchProgress extends AutoCloseable {

  /** Told of so many more steps. */
  void advance(long steps);

  /** Told what is to be shown beside, in a few words. */
  default void show(String words) {}

  @Override
  void close();

  /** Starts one for each task. */
  interface Display {
    /** Tells nobody. */
    Display NONE =
        (task, steps) ->
            new BatchProgress() {
              @Override
              public void advance(long more) {}

              @Override
              public void close() {}
            };

    /**
     * Starts to show a task; the caller closes it.
     *
     * @param task what is done, for people
     * @param steps number of steps until it ends
     */
    BatchProgress start(String task, long steps);
  }
}
