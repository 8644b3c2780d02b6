package dev.panda.reward.workshop.batch;

/** Receives the progress of a long task; closed when the task ends. */
public interface BatchProgress extends AutoCloseable {

  /** Reports further finished steps. */
  void advance(long steps);

  /** Shows a few words beside the progress. */
  default void show(String words) {}

  @Override
  void close();

  /** Creates a progress display for each task. */
  interface Display {
    /** Shows nothing. */
    Display NONE =
        (task, steps) ->
            new BatchProgress() {
              @Override
              public void advance(long more) {}

              @Override
              public void close() {}
            };

    /**
     * Starts showing a task; the caller closes the result.
     *
     * @param task name of the task, for people
     * @param steps total number of steps
     */
    BatchProgress start(String task, long steps);
  }
}
