package dev.panda.answer;

import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.ServerCall;

/** The connection that a call came over. */
public final class Connection {
  private static final Context.Key<Object> ADDRESS = Context.key("panda.connection");
  private static final Object UNKNOWN = "unknown";

  private Connection() {}

  /** The context in which a guarded service answers a call. */
  static Context of(ServerCall<?, ?> call) {
    return Context.current()
        .withValue(ADDRESS, call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
  }

  /** What tells the current call's connection from others; all unknown ones are equal. */
  public static Object current() {
    Object address = ADDRESS.get();
    return address == null ? UNKNOWN : address;
  }
}
