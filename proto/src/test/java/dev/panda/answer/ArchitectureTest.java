package dev.panda.answer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.panda");

  @Test
  void answeringKnowsGrpcAndProtobufOnly() {
    classes()
        .that()
        .resideInAPackage("dev.panda.answer")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "io.grpc..", "com.google.protobuf..", "com.google.rpc..", "dev.panda.answer")
        .check(CLASSES);
  }

  @Test
  void onePackageKnowsQuarkus() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.panda.answer.quarkus")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.quarkus..", "io.vertx..", "jakarta..", "dev.panda.answer.quarkus")
        .check(CLASSES);
  }

  @Test
  void theContractsKnowNothingOfHowCallsAreAnswered() {
    noClasses()
        .that()
        .resideInAPackage("dev.panda.api..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.panda.answer..")
        .check(CLASSES);
  }
}
