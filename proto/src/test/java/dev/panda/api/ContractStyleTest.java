package dev.panda.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ContractStyleTest {
  private static final FileDescriptorSet CONTRACTS = Contracts.compiled();
  private static final List<Element> ELEMENTS = Element.of(CONTRACTS);

  /** A paragraph of its own: {@code Errors: …}, or a list below it. */
  private static final Pattern ERRORS = Pattern.compile("(^|\\n\\n) Errors:( \\S|\\n\\n \\* `)");

  /** What may be said of an enum's first value. */
  private static final Pattern UNSPECIFIED = Pattern.compile(" (Not used|Refused|The default)\\b");

  @Test
  void holdsTheThreeContracts() {
    assertThat(CONTRACTS.getFileList())
        .extracting(FileDescriptorProto::getName)
        .containsExactlyInAnyOrder(
            "panda/api/basemodel/v1/base_model.proto",
            "panda/api/generation/v1/generation.proto",
            "panda/api/reward/v1/reward.proto");
  }

  @Test
  void keepsEveryPackageInTheDirectoryOfItsName() {
    for (FileDescriptorProto file : CONTRACTS.getFileList()) {
      assertThat(file.getName()).startsWith(file.getPackage().replace('.', '/') + "/");
      assertThat(file.getPackage()).matches("panda\\.api\\.[a-z]+\\.v[0-9]+");
      assertThat(file.getOptions().getJavaPackage()).isEqualTo("dev." + file.getPackage());
    }
  }

  @Test
  void commentsOnEveryElement() {
    assertThat(ELEMENTS).hasSizeGreaterThan(100);
    assertThat(ELEMENTS).filteredOn(element -> element.comment().isBlank()).isEmpty();
  }

  @Test
  void seesElementsWithoutComment() {
    FileDescriptorSet.Builder bare = CONTRACTS.toBuilder();
    bare.getFileBuilderList()
        .forEach(file -> file.setSourceCodeInfo(SourceCodeInfo.getDefaultInstance()));

    assertThat(Element.of(bare.build()))
        .hasSameSizeAs(ELEMENTS)
        .allMatch(element -> element.comment().isEmpty());
  }

  @Test
  void repeatsNoComment() {
    assertThat(elements(MethodDescriptorProto.class))
        .extracting(Element::comment)
        .doesNotHaveDuplicates();
  }

  @Test
  void listsTheErrorsOfEveryMethod() {
    assertThat(elements(MethodDescriptorProto.class))
        .hasSizeGreaterThanOrEqualTo(3)
        .filteredOn(method -> !ERRORS.matcher(method.comment()).find())
        .isEmpty();
  }

  @Test
  void givesEveryMethodItsOwnRequestAndResponse() {
    List<MethodDescriptorProto> methods =
        elements(MethodDescriptorProto.class).stream()
            .map(method -> (MethodDescriptorProto) method.descriptor())
            .toList();

    assertThat(
            methods.stream()
                .flatMap(method -> Stream.of(method.getInputType(), method.getOutputType())))
        .doesNotHaveDuplicates();
    assertThat(methods)
        .allMatch(method -> method.getInputType().endsWith("." + method.getName() + "Request"))
        .allMatch(method -> method.getOutputType().endsWith("." + method.getName() + "Response"));
  }

  @Test
  void beginsEveryEnumWithTheValueOfWhatIsLeftUnset() {
    for (Element element : elements(EnumDescriptorProto.class)) {
      EnumDescriptorProto type = (EnumDescriptorProto) element.descriptor();
      String prefix =
          type.getName().replaceAll("(?<=.)([A-Z])", "_$1").toUpperCase(Locale.ROOT) + "_";

      assertThat(type.getValue(0).getNumber()).as(element.name()).isZero();
      assertThat(type.getValue(0).getName()).isEqualTo(prefix + "UNSPECIFIED");
      assertThat(type.getValueList()).allMatch(value -> value.getName().startsWith(prefix));
    }
  }

  @Test
  void saysWhatBecomesOfAnEnumThatIsLeftUnset() {
    assertThat(elements(EnumValueDescriptorProto.class))
        .filteredOn(value -> ((EnumValueDescriptorProto) value.descriptor()).getNumber() == 0)
        .isNotEmpty()
        .allMatch(value -> UNSPECIFIED.matcher(value.comment()).lookingAt());
  }

  private static List<Element> elements(Class<? extends Message> type) {
    return ELEMENTS.stream().filter(element -> type.isInstance(element.descriptor())).toList();
  }
}
