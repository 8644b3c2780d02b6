package dev.panda.transformer.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;

/**
 * Refuses messages that are too large or not protobuf, text that is not UTF-8 included, with a
 * status that says so. The transport would leave such a call without an answer.
 */
public final class MessageGuard {
  private final StatusMapping statuses;
  private final long maxBytes;

  /**
   * A guard for one service.
   *
   * @param maxBytes size of the largest message that is read
   */
  public MessageGuard(StatusMapping statuses, long maxBytes) {
    this.statuses = statuses;
    this.maxBytes = maxBytes;
  }

  public ServerServiceDefinition guard(ServerServiceDefinition service) {
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

  // A call's request type shows in its method's descriptor alone, whose marshallers handlers do
  // not use.
  @SuppressWarnings("unchecked")
  private <Q, A> ServerCall.Listener<Received<Q>> startCall(
      ServerCallHandler<Q, A> handler, ServerCall<Received<Q>, A> call, Metadata headers) {
    ServerCall<Q, A> parsed = (ServerCall<Q, A>) (ServerCall<?, A>) call;
    return new Listener<>(call, handler.startCall(parsed, headers));
  }

  private final class Listener<Q> extends ServerCall.Listener<Received<Q>> {
    private final ServerCall<Received<Q>, ?> call;
    private final ServerCall.Listener<Q> next;
    private boolean refused;

    Listener(ServerCall<Received<Q>, ?> call, ServerCall.Listener<Q> next) {
      this.call = call;
      this.next = next;
    }

    @Override
    public void onMessage(Received<Q> received) {
      received.refusal().ifPresentOrElse(this::refuse, () -> next.onMessage(received.message()));
    }

    /** Frees what the call holds, then ends it. */
    private void refuse(RefusedException refusal) {
      refused = true;
      next.onCancel();
      StatusRuntimeException status = statuses.of(refusal);
      call.close(status.getStatus(), status.getTrailers());
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        next.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      if (!refused) {
        next.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!refused) {
        next.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (!refused) {
        next.onReady();
      }
    }
  }
}
