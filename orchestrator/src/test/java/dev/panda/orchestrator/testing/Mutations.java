package dev.panda.orchestrator.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;

/** Every small change of a message that its type allows: one field, one element, one value. */
public final class Mutations {
  private Mutations() {}

  /**
   * One change.
   *
   * @param field path of the field that is changed, as in {@code scores.rewards}
   * @param name what is changed, for people
   */
  public record Mutation(String field, String name, Message message) {
    /** Name of the field itself, without the messages that hold it. */
    public String leaf() {
      return field.substring(field.lastIndexOf('.') + 1);
    }

    @Override
    public String toString() {
      return field + ": " + name;
    }
  }

  public static List<Mutation> of(Message message) {
    List<Mutation> mutations = new ArrayList<>();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        ofList(message, field, mutations);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        ofMessage(message, field, mutations);
      } else {
        for (Object value : others(field, message.getField(field))) {
          add(mutations, field, value, message.toBuilder().setField(field, value).build());
        }
      }
    }
    return mutations;
  }

  private static void ofList(Message message, FieldDescriptor field, List<Mutation> mutations) {
    int count = message.getRepeatedFieldCount(field);
    List<?> values = (List<?>) message.getField(field);
    if (count > 0) {
      Message.Builder shorter = message.toBuilder().clearField(field);
      values.subList(1, count).forEach(value -> shorter.addRepeatedField(field, value));
      add(mutations, field, "one less", shorter.build());
      Object last = values.get(count - 1);
      add(mutations, field, "one more", message.toBuilder().addRepeatedField(field, last).build());
      add(mutations, field, "none", message.toBuilder().clearField(field).build());
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        for (Mutation element : of((Message) last)) {
          Message changed =
              message.toBuilder().setRepeatedField(field, count - 1, element.message()).build();
          mutations.add(
              new Mutation(field.getName() + "." + element.field(), element.name(), changed));
        }
      } else {
        for (Object value : others(field, last)) {
          Message changed = message.toBuilder().setRepeatedField(field, count - 1, value).build();
          add(mutations, field, value, changed);
        }
      }
    } else if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      Object value = others(field, null).get(0);
      add(mutations, field, "one", message.toBuilder().addRepeatedField(field, value).build());
    }
  }

  private static void ofMessage(Message message, FieldDescriptor field, List<Mutation> mutations) {
    if (message.hasField(field)) {
      add(mutations, field, "unset", message.toBuilder().clearField(field).build());
      for (Mutation inner : of((Message) message.getField(field))) {
        Message changed = message.toBuilder().setField(field, inner.message()).build();
        mutations.add(new Mutation(field.getName() + "." + inner.field(), inner.name(), changed));
      }
    } else {
      Message.Builder set = message.toBuilder();
      add(
          mutations,
          field,
          "set",
          set.setField(field, set.newBuilderForField(field).build()).build());
    }
  }

  private static void add(
      List<Mutation> mutations, FieldDescriptor field, Object change, Message message) {
    String name =
        change instanceof ByteString ? "other" : change.equals("") ? "empty" : change.toString();
    mutations.add(new Mutation(field.getName(), name, message));
  }

  private static List<Object> others(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case INT -> List.of(value == null ? 1 : (Integer) value + 1, -1, Integer.MAX_VALUE);
      case LONG -> List.of(-1L);
      case FLOAT -> List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
      case DOUBLE -> List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
      case BOOLEAN -> List.of(!(value instanceof Boolean set && set));
      case STRING -> List.of("");
      case BYTE_STRING -> List.of(ByteString.copyFrom(new byte[] {-1}));
      case ENUM -> List.of(field.getEnumType().findValueByNumberCreatingIfUnknown(0));
      case MESSAGE -> throw new IllegalArgumentException("field: " + field.getName());
    };
  }
}
