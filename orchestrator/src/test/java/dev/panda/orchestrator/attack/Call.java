package dev.panda.orchestrator.attack;

import dev.panda.answer.testing.BytesMarshaller;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A call whose messages are any bytes. */
final class Call extends ClientCall.Listener<byte[]> {
  private static final long PATIENCE_SECONDS = 120;

  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final long start = System.nanoTime();

  /** Sends all messages and says that there are no more. */
  static CompletableFuture<Outcome> start(
      Channel channel, MethodDescriptor<?, ?> method, CallOptions options, byte[]... messages) {
    Call listener = new Call();
    ClientCall<byte[], byte[]> call =
        channel.newCall(
            method.toBuilder(new BytesMarshaller(), new BytesMarshaller()).build(), options);
    call.start(listener, new Metadata());
    call.setMessageCompression(options.getCompressor() != null);
    call.request(Integer.MAX_VALUE);
    for (byte[] message : messages) {
      call.sendMessage(message);
    }
    call.halfClose();
    return listener.outcome;
  }

  /** Waits for the ends of all. */
  static List<Outcome> outcomes(Collection<CompletableFuture<Outcome>> calls) {
    return calls.stream()
        .map(call -> call.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join())
        .toList();
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    outcome.complete(
        status.isOk()
            ? Outcome.answered(time)
            : Outcome.failed(new StatusRuntimeException(status, trailers), time));
  }
}
