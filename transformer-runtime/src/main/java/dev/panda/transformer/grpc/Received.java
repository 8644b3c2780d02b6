package dev.panda.transformer.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * What came over the wire: a message, or why it is none.
 *
 * @param message null where there is a refusal
 */
record Received<Q>(Q message, Optional<RefusedException> refusal) {

  private static <Q> Received<Q> refused(Reason reason, String value, String expected) {
    return new Received<>(
        null, Optional.of(new RefusedException(reason, "message", value, expected)));
  }

  /** Reads messages and never fails over what they hold. */
  record Marshaller<Q>(MethodDescriptor<Q, ?> method, long maxBytes)
      implements MethodDescriptor.Marshaller<Received<Q>> {

    @Override
    public InputStream stream(Received<Q> received) {
      return method.streamRequest(received.message());
    }

    @Override
    public Received<Q> parse(InputStream stream) {
      int bytes = size(stream);
      if (bytes > maxBytes) {
        return refused(
            Reason.MESSAGE_TOO_LARGE, bytes + " bytes", "at most " + maxBytes + " bytes");
      }
      try {
        return new Received<>(method.parseRequest(stream), Optional.empty());
      } catch (StatusRuntimeException e) {
        if (!(e.getCause() instanceof InvalidProtocolBufferException unreadable)) {
          throw e;
        }
        return refused(
            Reason.MESSAGE_UNREADABLE,
            unreadable.getMessage(),
            "protobuf of " + method.getFullMethodName() + "'s request, its text in UTF-8");
      }
    }

    /** The transport hands over whole messages. */
    private static int size(InputStream message) {
      try {
        return message.available();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
