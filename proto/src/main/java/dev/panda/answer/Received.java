package dev.panda.answer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * What came over the wire: a message, or why it cannot be read.
 *
 * @param message null if there is a refusal
 */
record Received<Q>(Q message, Optional<RefusedException> refusal) {

  private static <Q> Received<Q> refused(Reason reason, String value, String expected) {
    return new Received<>(
        null, Optional.of(new RefusedException(reason, "message", value, expected)));
  }

  /** Reads messages of whatever bytes without failing. */
  record Marshaller<Q>(MethodDescriptor<Q, ?> method, int maxBytes)
      implements MethodDescriptor.Marshaller<Received<Q>> {

    @Override
    public InputStream stream(Received<Q> received) {
      return method.streamRequest(received.message());
    }

    @Override
    public Received<Q> parse(InputStream stream) {
      try {
        return stream instanceof KnownLength
            ? parse(stream, stream.available())
            : parseOfUnknownLength(stream);
      } catch (IOException e) {
        return unreadable(e);
      }
    }

    /** A compressed message shows its length only while it is decompressed. */
    private Received<Q> parseOfUnknownLength(InputStream stream) throws IOException {
      byte[] bytes = stream.readNBytes(maxBytes);
      return stream.read() < 0
          ? parse(new ByteArrayInputStream(bytes), bytes.length)
          : tooLarge("more than " + maxBytes);
    }

    private Received<Q> parse(InputStream stream, int bytes) {
      if (bytes > maxBytes) {
        return tooLarge(Integer.toString(bytes));
      }
      try {
        return new Received<>(method.parseRequest(stream), Optional.empty());
      } catch (StatusRuntimeException e) {
        if (e.getCause() instanceof InvalidProtocolBufferException unreadable) {
          return unreadable(unreadable);
        }
        throw e;
      }
    }

    private Received<Q> tooLarge(String bytes) {
      return refused(Reason.MESSAGE_TOO_LARGE, bytes + " bytes", "at most " + maxBytes + " bytes");
    }

    private Received<Q> unreadable(IOException why) {
      return refused(
          Reason.MESSAGE_UNREADABLE,
          why.getMessage(),
          "protobuf of " + method.getFullMethodName() + "'s request, its text in UTF-8");
    }
  }
}
