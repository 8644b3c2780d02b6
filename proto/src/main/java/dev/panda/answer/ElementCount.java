package dev.panda.answer;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Optional;

/**
 * Counts the elements of a message without parsing it: its fields and those of the messages within,
 * each as often as it occurs. A packed list of numbers is one element, and its numbers are counted
 * apart. An element may take two bytes on the wire and a hundred in memory, a number one and eight.
 */
final class ElementCount {
  /** Far more than any request needs: a conversation has at most 1,024 messages. */
  static final int MOST_ELEMENTS = 1 << 16;

  /** Far more token ids than any request needs. */
  static final int MOST_NUMBERS = 1 << 20;

  private final CodedInputStream message;
  private int elements;
  private int numbers;

  private ElementCount(byte[] message) {
    this.message = CodedInputStream.newInstance(message);
  }

  /** What a message of the type has too many of, and how many it may have. */
  static Optional<String> excess(byte[] message, Descriptor type) throws IOException {
    ElementCount count = new ElementCount(message);
    count.count(type);
    if (count.elements > MOST_ELEMENTS) {
      return Optional.of(MOST_ELEMENTS + " elements");
    }
    return count.isWithin() ? Optional.empty() : Optional.of(MOST_NUMBERS + " numbers");
  }

  private boolean isWithin() {
    return elements <= MOST_ELEMENTS && numbers <= MOST_NUMBERS;
  }

  private void count(Descriptor type) throws IOException {
    int groups = 0;
    while (isWithin() && !message.isAtEnd()) {
      int tag = message.readTag();
      elements++;
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
    boolean isMessage = field != null && field.getJavaType() == JavaType.MESSAGE;
    boolean isList = field != null && field.isPackable();
    if (!isMessage && !isList) {
      skip(tag);
      return;
    }
    int outer = message.pushLimit(message.readRawVarint32());
    if (isMessage) {
      count(field.getMessageType());
    } else {
      countNumbers();
    }
    if (isWithin()) {
      message.popLimit(outer);
    }
  }

  /**
   * Each number ends with a byte without the continuation bit; the contracts have no other lists.
   */
  private void countNumbers() throws IOException {
    while (isWithin() && !message.isAtEnd()) {
      if (message.readRawByte() >= 0) {
        numbers++;
      }
    }
  }

  private void skip(int tag) throws IOException {
    boolean unused = message.skipField(tag);
  }
}
