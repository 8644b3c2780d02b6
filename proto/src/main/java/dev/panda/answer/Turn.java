package dev.panda.answer;

import io.grpc.Context;
import java.time.Duration;

/**
 * Whose turn it is in a call: the service's, until the service says that it waits for the client. A
 * service that stops waits for clients a while only.
 */
public final class Turn {
  private static final Context.Key<Turn> KEY = Context.key("panda.turn");

  // Guarded by this.
  private boolean clients;
  private long since;

  Turn() {}

  /** The context in which a service answers a call with this turn. */
  Context context() {
    return Context.current().withValue(KEY, this);
  }

  /** The turn of the current call; one that nobody looks at if nobody watches the call. */
  public static Turn current() {
    Turn turn = KEY.get();
    return turn == null ? new Turn() : turn;
  }

  /** The client's turn begins, or begins again. */
  public synchronized void toClient() {
    clients = true;
    since = System.nanoTime();
  }

  /** The service's turn begins. */
  public synchronized void toService() {
    clients = false;
  }

  /** Whether the client has not used its turn for that long. */
  synchronized boolean isIdle(Duration time) {
    return clients && System.nanoTime() - since >= time.toNanos();
  }
}
