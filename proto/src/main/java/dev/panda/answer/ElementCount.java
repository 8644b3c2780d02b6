package dev.panda.answer;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Counts the elements of a message without parsing it: its fields and those of the messages within,
 * each as often as it occurs. A packed list of numbers is one element. An element may take two
 * bytes on the wire and a hundred in memory.
 */
final class ElementCount {
  private final CodedInputStream message;
  private final int most;
  private int count;

  private ElementCount(byte[] message, int most) {
    this.message = CodedInputStream.newInstance(message);
    this.most = most;
  }

  /** Whether a message of the type has more elements than {@code most}. */
  static boolean exceeds(byte[] message, Descriptor type, int most) throws IOException {
    ElementCount elements = new ElementCount(message, most);
    elements.count(type);
    return elements.count > most;
  }

  private void count(Descriptor type) throws IOException {
    int groups = 0;
    while (count <= most && !message.isAtEnd()) {
      int tag = message.readTag();
      count++;
      int wireType = WireFormat.getTagWireType(tag);
      if (wireType == WireFormat.WIRETYPE_START_GROUP) {
        groups++;
      } else if (wireType == WireFormat.WIRETYPE_END_GROUP) {
        groups--;
      } else if (groups == 0 && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        within(type.findFieldByNumber(WireFormat.getTagFieldNumber(tag)), tag);
      } else {
        skip(tag);
      }
    }
  }

  private void within(FieldDescriptor field, int tag) throws IOException {
    if (field == null || field.getJavaType() != JavaType.MESSAGE) {
      skip(tag);
      return;
    }
    int outer = message.pushLimit(message.readRawVarint32());
    count(field.getMessageType());
    if (count <= most) {
      message.popLimit(outer);
    }
  }

  private void skip(int tag) throws IOException {
    boolean unused = message.skipField(tag);
  }
}
