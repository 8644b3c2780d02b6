package dev.panda.basemodel.workshop.training;

import java.util.OptionalLong;

/** Receives the progress of a training, on the training's thread, and can stop it. */
public interface TrainingProgress {

  /** Ignores progress and never stops. */
  TrainingProgress NONE =
      new TrainingProgress() {
        @Override
        public void say(String line) {}

        @Override
        public void updated(long update, OptionalLong total, double loss) {}
      };

  /** Reports a line that stays visible. */
  void say(String line);

  /**
   * Reports a finished update.
   *
   * @param update number of the update, from 1
   * @param total number of the last update; empty if not known yet
   * @param loss of the last updates, in nats a token
   */
  void updated(long update, OptionalLong total, double loss);

  /** Whether training should stop, to be resumed later. */
  default boolean stops() {
    return false;
  }
}
