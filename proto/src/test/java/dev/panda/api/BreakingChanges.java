package dev.panda.api;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What clients of recorded contracts would find broken in the present ones: whatever is gone, has
 * another number, name, type or place, or streams otherwise. What is added breaks nothing.
 */
final class BreakingChanges {
  private static final String GONE = "gone";

  private final Map<String, String> present;

  private BreakingChanges(FileDescriptorSet present) {
    this.present = facts(present);
  }

  /** One line for each, {@code element: what it was (now: what it is)}; none where all is well. */
  static List<String> between(FileDescriptorSet recorded, FileDescriptorSet present) {
    return new BreakingChanges(present).since(facts(recorded));
  }

  private List<String> since(Map<String, String> recorded) {
    List<String> broken = new ArrayList<>();
    recorded.forEach(
        (element, was) -> {
          String is = present.getOrDefault(element, GONE);
          if (!Objects.equals(was, is)) {
            broken.add("%s: %s (now: %s)".formatted(element, was, is));
          }
        });
    return broken;
  }

  /** All that a client relies on: for each element, by number where it has one, what it is. */
  private static Map<String, String> facts(FileDescriptorSet contracts) {
    Map<String, String> facts = new LinkedHashMap<>();
    for (FileDescriptorProto file : contracts.getFileList()) {
      String scope = file.getPackage() + ".";
      facts.put(
          "package " + file.getPackage(),
          "%s, Java %s, multiple files %s"
              .formatted(
                  file.getSyntax(),
                  file.getOptions().getJavaPackage(),
                  file.getOptions().getJavaMultipleFiles()));
      file.getServiceList().forEach(service -> service(scope, service, facts));
      file.getMessageTypeList().forEach(message -> message(scope, message, facts));
      file.getEnumTypeList().forEach(type -> enumeration(scope, type, facts));
    }
    return facts;
  }

  private static void service(
      String scope, ServiceDescriptorProto service, Map<String, String> facts) {
    facts.put("service " + scope + service.getName(), "a service");
    for (MethodDescriptorProto method : service.getMethodList()) {
      facts.put(
          "method " + scope + service.getName() + "." + method.getName(),
          "%s%s -> %s%s"
              .formatted(
                  method.getClientStreaming() ? "stream " : "",
                  method.getInputType(),
                  method.getServerStreaming() ? "stream " : "",
                  method.getOutputType()));
    }
  }

  private static void message(String scope, DescriptorProto message, Map<String, String> facts) {
    String name = scope + message.getName();
    facts.put("message " + name, "a message");
    for (FieldDescriptorProto field : message.getFieldList()) {
      facts.put("field " + name + " " + field.getNumber(), describe(field, message));
    }
    message.getNestedTypeList().forEach(nested -> message(name + ".", nested, facts));
    message.getEnumTypeList().forEach(type -> enumeration(name + ".", type, facts));
  }

  private static String describe(FieldDescriptorProto field, DescriptorProto message) {
    String type = field.getTypeName().isEmpty() ? field.getType().name() : field.getTypeName();
    String oneof =
        field.hasOneofIndex() && !field.getProto3Optional()
            ? ", in oneof " + message.getOneofDecl(field.getOneofIndex()).getName()
            : "";
    return "%s %s%s %s, %s in JSON%s"
        .formatted(
            field.getName(),
            field.getProto3Optional() ? "optional " : "",
            field.getLabel(),
            type,
            field.getJsonName(),
            oneof);
  }

  private static void enumeration(
      String scope, EnumDescriptorProto type, Map<String, String> facts) {
    String name = scope + type.getName();
    facts.put("enum " + name, "an enum");
    for (EnumValueDescriptorProto value : type.getValueList()) {
      facts.put("value " + name + " " + value.getNumber(), value.getName());
    }
  }
}
