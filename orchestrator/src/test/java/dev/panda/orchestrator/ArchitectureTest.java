package dev.panda.orchestrator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String DECODING = "dev.panda.orchestrator.serving.decoding..";
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
        .resideInAPackage("dev.panda.orchestrator.serving.decoding.lambda..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.panda.orchestrator.serving.decoding")
        .check(CLASSES);
  }

  @Test
  void onlyClientsAndApisSpeakGrpc() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..client..", "..api..", "..cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "com.google.rpc..", "dev.panda.api..")
        .check(CLASSES);
  }

  @Test
  void choosesStatusesInOnePlace() {
    noClasses()
        .that()
        .resideInAPackage("..api..")
        .and()
        .doNotHaveSimpleName("StatusMapping")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.rpc..", "io.grpc.protobuf..")
        .check(CLASSES);
  }

  @Test
  void theServiceKnowsNothingOfTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..workshop..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..workshop..", "picocli..")
        .check(CLASSES);
  }

  @Test
  void onlyTheWorkshopLooksModelsUpAndSeesNothingElseOfTheRuntime() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..workshop..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.panda.transformer..")
        .check(CLASSES);
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.panda.transformer..")
                .and(
                    not(
                        resideInAnyPackage(
                            "dev.panda.transformer.checkpoint..",
                            "dev.panda.transformer.workshop.cli.."))))
        .check(CLASSES);
  }

  @Test
  void hasNoCycles() {
    slices().matching("dev.panda.orchestrator.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
