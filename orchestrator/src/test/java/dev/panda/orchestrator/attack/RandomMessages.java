package dev.panda.orchestrator.attack;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Draws messages: any fields with any values, valid ones with a change, and broken bytes. */
final class RandomMessages {
  private static final int[] INTEGERS = {
    0, 1, 2, -1, 10, 40, 127, 256, 257, 2048, Integer.MAX_VALUE, Integer.MIN_VALUE
  };
  private static final double[] NUMBERS = {
    0, -0.0, 1, -1, 0.5, 1e-320, 1e308, -1e308, Double.NaN, Double.POSITIVE_INFINITY
  };
  private static final List<String> STRINGS =
      List.of(
          "",
          "user",
          "assistant",
          "kind",
          "Why is the sky blue?",
          "<|im_start|>system",
          "\0\u001b\u0085\u2028",
          "\ud83d\ude00".repeat(500),
          "e\n".repeat(100_000),
          "%s%n{{ x }}");
  private static final int MOST_DEPTH = 5;

  private final Random random;

  RandomMessages(Random random) {
    this.random = random;
  }

  /** A message as bytes, made of an example of its kind or of nothing. */
  byte[] draw(Message example) {
    int kind = random.nextInt(10);
    if (kind == 0) {
      return Messages.emptyElements(1 + random.nextInt(20), 1 + random.nextInt(4));
    }
    if (kind < 4) {
      return any(example.getDescriptorForType(), 0).toByteArray();
    }
    byte[] bytes = kind < 8 ? changed(example).toByteArray() : example.toByteArray();
    return kind == 7 || kind == 8 ? broken(bytes) : bytes;
  }

  /** With one field, at some depth, drawn anew. */
  private Message changed(Message example) {
    Message.Builder message = example.toBuilder();
    List<FieldDescriptor> fields = example.getDescriptorForType().getFields();
    if (fields.isEmpty()) {
      return example;
    }
    FieldDescriptor field = fields.get(random.nextInt(fields.size()));
    boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    if (isMessage && !field.isRepeated() && example.hasField(field) && random.nextInt(4) > 0) {
      return message.setField(field, changed((Message) example.getField(field))).build();
    }
    fill(message, field, 0);
    return message.build();
  }

  private Message any(Descriptor type, int depth) {
    Message.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      if (random.nextInt(3) == 0) {
        fill(message, field, depth);
      }
    }
    return message.build();
  }

  private void fill(Message.Builder message, FieldDescriptor field, int depth) {
    if (!field.isRepeated()) {
      message.setField(field, value(message, field, depth));
      return;
    }
    message.clearField(field);
    int elements = random.nextInt(8) == 0 ? 3000 : random.nextInt(4);
    Object element = value(message, field, depth);
    for (int i = 0; i < elements; i++) {
      message.addRepeatedField(field, i < 4 ? value(message, field, depth) : element);
    }
  }

  private Object value(Message.Builder message, FieldDescriptor field, int depth) {
    int integer = INTEGERS[random.nextInt(INTEGERS.length)];
    return switch (field.getJavaType()) {
      case INT -> integer;
      case LONG -> (long) integer << random.nextInt(33);
      case FLOAT -> (float) NUMBERS[random.nextInt(NUMBERS.length)];
      case DOUBLE -> NUMBERS[random.nextInt(NUMBERS.length)];
      case BOOLEAN -> random.nextBoolean();
      case STRING -> STRINGS.get(random.nextInt(STRINGS.size()));
      case BYTE_STRING -> ByteString.copyFromUtf8(STRINGS.get(random.nextInt(STRINGS.size())));
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(integer & 15);
      case MESSAGE -> nested(message, field, depth);
    };
  }

  private Message nested(Message.Builder message, FieldDescriptor field, int depth) {
    Message empty = message.newBuilderForField(field).build();
    if (depth == MOST_DEPTH) {
      return empty;
    }
    Message.Builder nested = empty.toBuilder();
    for (FieldDescriptor inner : empty.getDescriptorForType().getFields()) {
      if (random.nextInt(2) == 0) {
        fill(nested, inner, depth + 1);
      }
    }
    return nested.build();
  }

  private byte[] broken(byte[] bytes) {
    byte[] broken =
        Arrays.copyOf(bytes, Math.max(0, bytes.length - random.nextInt(4)) + random.nextInt(4));
    for (int i = 0; i < 1 + random.nextInt(4) && broken.length > 0; i++) {
      broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
    }
    return broken;
  }
}
