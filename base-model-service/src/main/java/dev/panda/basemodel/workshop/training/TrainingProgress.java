package dev.panda.basemodel.workshop.training;

import java.util.OptionalLong;

/** Told how training goes, on its own thread, and asked whether it should. */
public interface TrainingProgress {

  /** Tells nobody. */
  TrainingProgress NONE =
      new TrainingProgress() {
        @Override
        public void say(String line) {}

        @Override
        public void updated(long update, OptionalLong total, double loss) {}
      };

  /** A line that is worth keeping. */
  void say(String line);

  /**
   * An update is done.
   *
   * @param update its number, from 1
   * @param total number of the last one, where it is known yet
   * @param loss of the last updates, in nats a token
   */
  void updated(long update, OptionalLong total, double loss);

  /** Whether training should stop, to go on another time. */
  default boolean stops() {
    return false;
  }
}
