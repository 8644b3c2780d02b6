package dev.panda.orchestrator.serving.api.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.panda.orchestrator.serving.generation.RefusedException;
import dev.panda.orchestrator.serving.generation.RefusedException.Refusal;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Refuses messages that are too large or not protobuf, text that is not UTF-8 included, with a
 * status that says so. The transport's own answer to them names neither. For calls with a single
 * request, which hold nothing before it came.
 */
final class MessageGuard implements ServerInterceptor {
  private final long maxBytes;

  private MessageGuard(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * A service whose requests are parsed under guard.
   *
   * @param maxBytes largest message; the transport's own limit must be above it
   */
  static ServerServiceDefinition guard(ServerServiceDefinition service, long maxBytes) {
    return ServerInterceptors.intercept(
        ServerInterceptors.useMarshalledMessages(service, new Requests(maxBytes), new AsTheyAre()),
        new MessageGuard(maxBytes));
  }

  /** What came over the wire; without its content where that is too large. */
  private record Received(int size, byte[] content) {}

  /** Leaves parsing to the guarded service. */
  private record Requests(long maxBytes) implements Marshaller<Received> {
    @Override
    public InputStream stream(Received received) {
      return new ByteArrayInputStream(received.content());
    }

    /** The transport hands over whole messages. */
    @Override
    public Received parse(InputStream message) {
      try {
        int size = message.available();
        return new Received(size, size > maxBytes ? new byte[0] : message.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record AsTheyAre() implements Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream message) {
      return message;
    }

    @Override
    public InputStream parse(InputStream message) {
      return message;
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new Listener<>(call, next.startCall(call, headers));
  }

  private final class Listener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private boolean refused;

    Listener(ServerCall<Q, ?> call, ServerCall.Listener<Q> next) {
      super(next);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      int size = ((Received) message).size();
      if (size > maxBytes) {
        refuse(Refusal.MESSAGE_TOO_LARGE, size + " bytes", "at most " + maxBytes + " bytes");
        return;
      }
      try {
        super.onMessage(message);
      } catch (StatusRuntimeException e) {
        if (!(e.getCause() instanceof InvalidProtocolBufferException unreadable)) {
          throw e;
        }
        refuse(
            Refusal.MESSAGE_UNREADABLE,
            unreadable.getMessage(),
            "protobuf of "
                + call.getMethodDescriptor().getFullMethodName()
                + "'s request, its text in UTF-8");
      }
    }

    private void refuse(Refusal why, String found, String expected) {
      refused = true;
      StatusRuntimeException status =
          StatusMapping.of(new RefusedException(why, "message", found, expected));
      call.close(status.getStatus(), status.getTrailers());
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }
  }
}
