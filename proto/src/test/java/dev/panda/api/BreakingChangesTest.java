package dev.panda.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BreakingChangesTest {
  private static final FileDescriptorProto RECORDED = recorded();

  @Test
  void contractsBreakNothingThatWasRecorded() {
    FileDescriptorSet recorded = Contracts.recorded();

    assertThat(recorded.getFileList()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(BreakingChanges.between(recorded, Contracts.compiled())).isEmpty();
  }

  @Test
  void additionsBreakNothing() {
    assertThat(
            changes(
                file -> {
                  file.getMessageTypeBuilder(0)
                      .addField(0, field("shade", 9, FieldDescriptorProto.Type.TYPE_STRING));
                  file.addMessageType(DescriptorProto.newBuilder().setName("Frame"));
                  file.getEnumTypeBuilder(0)
                      .addValue(EnumValueDescriptorProto.newBuilder().setName("BLUE").setNumber(2));
                  file.getServiceBuilder(0)
                      .addMethod(MethodDescriptorProto.newBuilder().setName("Erase"));
                  file.addService(ServiceDescriptorProto.newBuilder().setName("Frames"));
                }))
        .isEmpty();
  }

  @Test
  void movedElementsBreakNothing() {
    assertThat(
            changes(
                file -> {
                  FieldDescriptorProto first = file.getMessageType(0).getField(0);
                  file.getMessageTypeBuilder(0).removeField(0).addField(first);
                }))
        .isEmpty();
  }

  @Test
  void seesRemovedField() {
    assertThat(changes(file -> file.getMessageTypeBuilder(0).removeField(0)))
        .containsExactly(
            "field paint.v1.Picture 1: width LABEL_OPTIONAL TYPE_INT32, width in JSON (now: gone)");
  }

  @Test
  void seesRenumberedField() {
    assertThat(changes(file -> field(file, 0).setNumber(7)))
        .singleElement()
        .asString()
        .startsWith("field paint.v1.Picture 1: ")
        .endsWith("(now: gone)");
  }

  @Test
  void seesRenamedField() {
    assertThat(changes(file -> field(file, 0).setName("breadth").setJsonName("breadth")))
        .hasSize(1);
  }

  @Test
  void seesRetypedField() {
    assertThat(changes(file -> field(file, 0).setType(FieldDescriptorProto.Type.TYPE_INT64)))
        .hasSize(1);
    assertThat(changes(file -> field(file, 1).setTypeName(".paint.v1.Other"))).hasSize(1);
  }

  @Test
  void seesFieldThatIsRepeatedOrOptionalOrNoLonger() {
    assertThat(changes(file -> field(file, 0).setLabel(Label.LABEL_REPEATED))).hasSize(1);
    assertThat(changes(file -> field(file, 0).setProto3Optional(true).setOneofIndex(0))).hasSize(1);
  }

  @Test
  void seesFieldThatMovesInOrOutOfOneof() {
    assertThat(changes(file -> field(file, 0).setOneofIndex(0))).hasSize(1);
    assertThat(changes(file -> field(file, 2).clearOneofIndex())).hasSize(1);
  }

  @Test
  void seesRemovedMessageWithItsFields() {
    assertThat(changes(file -> file.removeMessageType(0)))
        .hasSize(1 + RECORDED.getMessageType(0).getFieldCount());
  }

  @Test
  void seesChangedEnum() {
    assertThat(changes(file -> file.getEnumTypeBuilder(0).removeValue(1)))
        .containsExactly("value paint.v1.Colour 1: RED (now: gone)");
    assertThat(changes(file -> file.getEnumTypeBuilder(0).getValueBuilder(1).setName("ROSE")))
        .containsExactly("value paint.v1.Colour 1: RED (now: ROSE)");
    assertThat(changes(file -> file.getEnumTypeBuilder(0).getValueBuilder(1).setNumber(5)))
        .hasSize(1);
    assertThat(changes(FileDescriptorProto.Builder::clearEnumType)).hasSize(3);
  }

  @Test
  void seesChangedMethod() {
    assertThat(changes(file -> file.getServiceBuilder(0).removeMethod(0)))
        .containsExactly(
            "method paint.v1.Pictures.Draw: .paint.v1.Picture -> stream .paint.v1.Picture"
                + " (now: gone)");
    assertThat(changes(file -> method(file).setName("Sketch"))).hasSize(1);
    assertThat(changes(file -> method(file).setInputType(".paint.v1.Other"))).hasSize(1);
    assertThat(changes(file -> method(file).setOutputType(".paint.v1.Other"))).hasSize(1);
    assertThat(changes(file -> method(file).setClientStreaming(true))).hasSize(1);
    assertThat(changes(file -> method(file).setServerStreaming(false))).hasSize(1);
    assertThat(changes(FileDescriptorProto.Builder::clearService)).hasSize(2);
  }

  @Test
  void seesOtherPackage() {
    assertThat(changes(file -> file.getOptionsBuilder().setJavaPackage("other"))).hasSize(1);
    assertThat(changes(file -> file.setPackage("paint.v2"))).isNotEmpty();
  }

  private static List<String> changes(Consumer<FileDescriptorProto.Builder> change) {
    FileDescriptorProto.Builder changed = RECORDED.toBuilder();
    change.accept(changed);
    return BreakingChanges.between(set(RECORDED), set(changed.build()));
  }

  private static FileDescriptorSet set(FileDescriptorProto file) {
    return FileDescriptorSet.newBuilder().addFile(file).build();
  }

  private static FieldDescriptorProto.Builder field(FileDescriptorProto.Builder file, int index) {
    return file.getMessageTypeBuilder(0).getFieldBuilder(index);
  }

  private static MethodDescriptorProto.Builder method(FileDescriptorProto.Builder file) {
    return file.getServiceBuilder(0).getMethodBuilder(0);
  }

  /** A contract with one of everything. */
  private static FileDescriptorProto recorded() {
    DescriptorProto picture =
        DescriptorProto.newBuilder()
            .setName("Picture")
            .addOneofDecl(OneofDescriptorProto.newBuilder().setName("content"))
            .addField(field("width", 1, FieldDescriptorProto.Type.TYPE_INT32))
            .addField(
                field("colour", 2, FieldDescriptorProto.Type.TYPE_ENUM)
                    .setTypeName(".paint.v1.Colour"))
            .addField(field("text", 3, FieldDescriptorProto.Type.TYPE_STRING).setOneofIndex(0))
            .build();
    EnumDescriptorProto colour =
        EnumDescriptorProto.newBuilder()
            .setName("Colour")
            .addValue(EnumValueDescriptorProto.newBuilder().setName("NONE").setNumber(0))
            .addValue(EnumValueDescriptorProto.newBuilder().setName("RED").setNumber(1))
            .build();
    MethodDescriptorProto draw =
        MethodDescriptorProto.newBuilder()
            .setName("Draw")
            .setInputType(".paint.v1.Picture")
            .setOutputType(".paint.v1.Picture")
            .setServerStreaming(true)
            .build();
    return FileDescriptorProto.newBuilder()
        .setPackage("paint.v1")
        .setSyntax("proto3")
        .addMessageType(picture)
        .addEnumType(colour)
        .addService(ServiceDescriptorProto.newBuilder().setName("Pictures").addMethod(draw))
        .build();
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setJsonName(name)
        .setNumber(number)
        .setLabel(Label.LABEL_OPTIONAL)
        .setType(type);
  }
}
