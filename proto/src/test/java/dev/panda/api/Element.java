package dev.panda.api;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whatever has a name in a contract.
 *
 * @param name with the names of what it stands in, from the package on
 * @param descriptor of a message, field, oneof, enum, value, service or method
 * @param comment what stands above it; empty where nothing does
 */
record Element(String name, Message descriptor, String comment) {

  /** Every element of every file; a oneof that an {@code optional} stands for is none. */
  static List<Element> of(FileDescriptorSet contracts) {
    List<Element> elements = new ArrayList<>();
    contracts.getFileList().forEach(file -> new Walk(file, elements).file());
    return Collections.unmodifiableList(elements);
  }

  @Override
  public String toString() {
    return name;
  }

  /** Elements of one file; a path tells a place in it by field numbers and indices. */
  private static final class Walk {
    private final FileDescriptorProto file;
    private final List<Element> elements;
    private final Map<List<Integer>, String> comments = new HashMap<>();

    Walk(FileDescriptorProto file, List<Element> elements) {
      this.file = file;
      this.elements = elements;
      for (Location location : file.getSourceCodeInfo().getLocationList()) {
        comments.put(location.getPathList(), location.getLeadingComments());
      }
    }

    void file() {
      String name = file.getPackage();
      for (int i = 0; i < file.getServiceCount(); i++) {
        service(name, file.getService(i), List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, i));
      }
      for (int i = 0; i < file.getMessageTypeCount(); i++) {
        message(
            name,
            file.getMessageType(i),
            List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i));
      }
      for (int i = 0; i < file.getEnumTypeCount(); i++) {
        enumeration(
            name, file.getEnumType(i), List.of(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
      }
    }

    private void service(String parent, ServiceDescriptorProto service, List<Integer> path) {
      String name = add(parent, service.getName(), service, path);
      for (int i = 0; i < service.getMethodCount(); i++) {
        MethodDescriptorProto method = service.getMethod(i);
        add(
            name,
            method.getName(),
            method,
            below(path, ServiceDescriptorProto.METHOD_FIELD_NUMBER, i));
      }
    }

    private void message(String parent, DescriptorProto message, List<Integer> path) {
      String name = add(parent, message.getName(), message, path);
      for (int i = 0; i < message.getFieldCount(); i++) {
        var field = message.getField(i);
        add(name, field.getName(), field, below(path, DescriptorProto.FIELD_FIELD_NUMBER, i));
      }
      for (int i = 0; i < message.getOneofDeclCount(); i++) {
        int oneof = i;
        boolean optional =
            message.getFieldList().stream()
                .anyMatch(field -> field.getProto3Optional() && field.getOneofIndex() == oneof);
        if (!optional) {
          var declared = message.getOneofDecl(i);
          add(
              name,
              declared.getName(),
              declared,
              below(path, DescriptorProto.ONEOF_DECL_FIELD_NUMBER, i));
        }
      }
      for (int i = 0; i < message.getNestedTypeCount(); i++) {
        if (!message.getNestedType(i).getOptions().getMapEntry()) {
          message(
              name,
              message.getNestedType(i),
              below(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i));
        }
      }
      for (int i = 0; i < message.getEnumTypeCount(); i++) {
        enumeration(
            name, message.getEnumType(i), below(path, DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
      }
    }

    private void enumeration(String parent, EnumDescriptorProto type, List<Integer> path) {
      String name = add(parent, type.getName(), type, path);
      for (int i = 0; i < type.getValueCount(); i++) {
        var value = type.getValue(i);
        add(name, value.getName(), value, below(path, EnumDescriptorProto.VALUE_FIELD_NUMBER, i));
      }
    }

    private String add(String parent, String name, Message descriptor, List<Integer> path) {
      String whole = parent + "." + name;
      elements.add(new Element(whole, descriptor, comments.getOrDefault(path, "")));
      return whole;
    }

    private static List<Integer> below(List<Integer> path, int field, int index) {
      return Stream.concat(path.stream(), Stream.of(field, index)).toList();
    }
  }
}
