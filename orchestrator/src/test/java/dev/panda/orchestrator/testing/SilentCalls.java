package dev.panda.orchestrator.testing;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/** A connection to a service that takes no message and says nothing, unless it is told to. */
public final class SilentCalls extends Channel {
  private final List<Call<?, ?>> calls = new ArrayList<>();

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    Call<Q, A> call = new Call<>();
    calls.add(call);
    return call;
  }

  @Override
  public String authority() {
    return "silent";
  }

  /** Those that were made, in order. */
  public List<Call<?, ?>> calls() {
    return calls;
  }

  /** One call. */
  public static final class Call<Q, A> extends ClientCall<Q, A> {
    private Listener<A> client;
    private boolean cancelled;

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      client = listener;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void cancel(String message, Throwable cause) {
      if (!cancelled) {
        cancelled = true;
        client.onClose(Status.CANCELLED, new Metadata());
      }
    }

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(Q message) {}

    @Override
    public boolean isReady() {
      return false;
    }

    public boolean isCancelled() {
      return cancelled;
    }

    /** Begins to answer. */
    public void answer() {
      client.onHeaders(new Metadata());
    }

    /** Ends as gRPC ends a call whose deadline passes. */
    public void passDeadline() {
      client.onClose(Status.DEADLINE_EXCEEDED, new Metadata());
    }
  }
}
