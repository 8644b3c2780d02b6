package dev.panda.orchestrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String DECODING = "dev.panda.orchestrator.decoding..";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.panda.orchestrator");

  @Test
  void theDecodingCoreIsPlainJava() {
    classes()
        .that()
        .resideInAPackage(DECODING)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", DECODING)
        .check(CLASSES);
  }

  @Test
  void theDecodingCoreDoesNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAPackage(DECODING)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.net..", "java.nio..", "java.util.concurrent..")
        .check(CLASSES);
  }

  @Test
  void lambdaFunctionsKnowNothingOfTheirUse() {
    noClasses()
        .that()
        .resideInAPackage("dev.panda.orchestrator.decoding.lambda..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.panda.orchestrator.decoding")
        .check(CLASSES);
  }
}
