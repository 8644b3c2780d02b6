package dev.panda.answer;

import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Refuses messages that are too large, not protobuf, or hold text that is not UTF-8, with a status
 * that says so, and answers whatever a service throws. The transport's own status for them does
 * not. It guards calls with one request and calls with a stream of them alike.
 */
public final class MessageGuard {
  private static final Logger LOG = System.getLogger(MessageGuard.class.getName());

  private final StatusMapping statuses;
  private final int maxBytes;

  private MessageGuard(StatusMapping statuses, int maxBytes) {
    this.statuses = statuses;
    this.maxBytes = maxBytes;
  }

  /**
   * Gives the service with its requests under guard.
   *
   * @param statuses the service's
   * @param maxBytes size of the largest message that is read; the transport's limit must be above
   *     it
   */
  public static ServerServiceDefinition guard(
      ServerServiceDefinition service, StatusMapping statuses, long maxBytes) {
    return new MessageGuard(statuses, (int) Math.min(maxBytes, Integer.MAX_VALUE)).guard(service);
  }

  private ServerServiceDefinition guard(ServerServiceDefinition service) {
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName())
            .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
    var methods = service.getMethods().stream().map(this::guard).toList();
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder guarded = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(guarded::addMethod);
    return guarded.build();
  }

  private <Q, A> ServerMethodDefinition<Received<Q>, A> guard(ServerMethodDefinition<Q, A> method) {
    MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                new Received.Marshaller<>(descriptor, maxBytes), descriptor.getResponseMarshaller())
            .build(),
        (call, headers) -> startCall(method.getServerCallHandler(), call, headers));
  }

  // Only the method's descriptor shows a call's request type, and handlers use no marshaller of it.
  @SuppressWarnings("unchecked")
  private <Q, A> ServerCall.Listener<Received<Q>> startCall(
      ServerCallHandler<Q, A> handler, ServerCall<Received<Q>, A> call, Metadata headers) {
    ServerCall<Q, A> parsed = (ServerCall<Q, A>) (ServerCall<?, A>) call;
    try {
      return new Listener<>(
          call, Contexts.interceptCall(Connection.of(call), parsed, headers, handler));
    } catch (RuntimeException | Error e) {
      close(call, e);
      return new ServerCall.Listener<>() {};
    }
  }

  private void close(ServerCall<?, ?> call, Throwable failure) {
    StatusRuntimeException status = statuses.of(failure);
    try {
      call.close(status.getStatus(), status.getTrailers());
    } catch (IllegalStateException alreadyClosed) {
      LOG.log(Level.DEBUG, "A call failed after its end.", alreadyClosed);
    }
  }

  private final class Listener<Q> extends ServerCall.Listener<Received<Q>> {
    private final ServerCall<Received<Q>, ?> call;
    private final ServerCall.Listener<Q> next;
    private boolean ended;

    Listener(ServerCall<Received<Q>, ?> call, ServerCall.Listener<Q> next) {
      this.call = call;
      this.next = next;
    }

    @Override
    public void onMessage(Received<Q> received) {
      pass(
          () ->
              received
                  .failure()
                  .ifPresentOrElse(this::end, () -> next.onMessage(received.message())));
    }

    @Override
    public void onHalfClose() {
      pass(next::onHalfClose);
    }

    @Override
    public void onCancel() {
      pass(next::onCancel);
    }

    @Override
    public void onComplete() {
      pass(next::onComplete);
    }

    @Override
    public void onReady() {
      pass(next::onReady);
    }

    /** After the end the service hears of no event of the call. */
    private void pass(Runnable event) {
      if (ended) {
        return;
      }
      try {
        event.run();
      } catch (RuntimeException | Error e) {
        end(e);
      }
    }

    /** Lets the service free what the call holds, and ends the call. */
    private void end(Throwable failure) {
      ended = true;
      try {
        next.onCancel();
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "A call was not freed.", e);
      }
      close(call, failure);
    }
  }
}
