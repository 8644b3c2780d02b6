package dev.panda.basemodel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.panda.basemodel");

  @Test
  void knowsNothingOfRewardsAndOrchestration() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.reward..",
            "dev.panda.orchestrator..",
            "dev.panda.api.reward..",
            "dev.panda.api.generation..")
        .check(CLASSES);
  }

  @Test
  void leavesNativeArraysToTheRuntime() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("ai.djl..").check(CLASSES);
  }

  @Test
  void speaksGrpcInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..grpc..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "com.google.rpc..", "dev.panda.api..")
        .check(CLASSES);
  }

  @Test
  void choosesStatusesInOnePlace() {
    noClasses()
        .that()
        .doNotHaveSimpleName("StatusMapping")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.rpc..", "io.grpc.protobuf..")
        .check(CLASSES);
  }

  @Test
  void trainsWithoutTheService() {
    noClasses()
        .that()
        .resideInAPackage("..training..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.quarkus..", "jakarta..", "io.grpc..", "picocli..", "me.tongfei..")
        .check(CLASSES);
  }

  @Test
  void hasNoCycles() {
    slices().matching("dev.panda.basemodel.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
