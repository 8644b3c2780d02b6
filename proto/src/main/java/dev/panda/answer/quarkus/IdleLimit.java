package dev.panda.answer.quarkus;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.answer.Seconds;
import dev.panda.answer.Turn;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Ends a stream whose client neither sends nor reads what it should. It also tells the call whose
 * {@link Turn} it is. It is made within the call, and its methods are called on the stream's event
 * loop.
 */
public final class IdleLimit {
  private final EventLoop eventLoop;
  private final Duration limit;
  private final Consumer<RefusedException> end;
  private final Turn turn = Turn.current();
  private Optional<Runnable> cancel = Optional.empty();

  /**
   * Limits one stream.
   *
   * @param end ends the stream
   */
  public IdleLimit(EventLoop eventLoop, Duration limit, Consumer<RefusedException> end) {
    this.eventLoop = eventLoop;
    this.limit = limit;
    this.end = end;
  }

  /** The client's turn begins, or begins again. */
  public void start() {
    stop();
    turn.toClient();
    cancel = Optional.of(eventLoop.after(limit, () -> end.accept(idle())));
  }

  /** It is not the client's turn any more. */
  public void stop() {
    turn.toService();
    cancel.ifPresent(Runnable::run);
    cancel = Optional.empty();
  }

  private RefusedException idle() {
    return new RefusedException(
        Reason.STREAM_IDLE,
        "stream",
        "the client has sent and read nothing for " + Seconds.of(limit),
        "the next message within that time; a new stream can resume this one");
  }
}
