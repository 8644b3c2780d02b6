package dev.panda.answer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * What came over the wire: a message, or why it cannot be read.
 *
 * @param message null if there is a failure
 */
record Received<Q>(Q message, Optional<Throwable> failure) {

  private static <Q> Received<Q> failed(Throwable failure) {
    return new Received<>(null, Optional.of(failure));
  }

  private static <Q> Received<Q> refused(Reason reason, String value, String expected) {
    return failed(new RefusedException(reason, "message", value, expected));
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
        if (stream instanceof KnownLength && stream.available() > maxBytes) {
          return tooLarge(stream.available() + " bytes", maxBytes + " bytes");
        }
        byte[] bytes = stream.readNBytes(maxBytes);
        // A compressed message shows its length only while it is decompressed.
        return stream.read() < 0
            ? parse(bytes)
            : tooLarge("more than " + maxBytes + " bytes", maxBytes + " bytes");
      } catch (IOException e) {
        return unreadable(e);
      } catch (RuntimeException | Error e) { // such as lack of memory
        return failed(e);
      }
    }

    // The prototype of a generated method's requests is a message of their type.
    @SuppressWarnings("unchecked")
    private Received<Q> parse(byte[] bytes) throws InvalidProtocolBufferException, IOException {
      Object prototype =
          ((PrototypeMarshaller<Q>) method.getRequestMarshaller()).getMessagePrototype();
      Message request = (Message) prototype;
      Optional<String> excess = ElementCount.excess(bytes, request.getDescriptorForType());
      if (excess.isPresent()) {
        return tooLarge("more than " + excess.get(), excess.get());
      }
      return new Received<>((Q) request.getParserForType().parseFrom(bytes), Optional.empty());
    }

    private static <Q> Received<Q> tooLarge(String size, String most) {
      return refused(Reason.MESSAGE_TOO_LARGE, size, "at most " + most);
    }

    private Received<Q> unreadable(IOException why) {
      return refused(
          Reason.MESSAGE_UNREADABLE,
          why.getMessage(),
          "protobuf of " + method.getFullMethodName() + "'s request, its text in UTF-8");
    }
  }
}
