package dev.panda.reward;

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
          .importPackages("dev.panda.reward");

  @Test
  void knowsNothingOfTheBaseModelAndOrchestration() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.basemodel..",
            "dev.panda.orchestrator..",
            "dev.panda.api.basemodel..",
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
  void keepsHeadsFreeOfTransportAndEngine() {
    noClasses()
        .that()
        .resideInAPackage("dev.panda.reward.head..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.transformer.engine..",
            "dev.panda.transformer.decoder..",
            "dev.panda.reward.model..",
            "dev.panda.reward.config..")
        .check(CLASSES);
  }

  @Test
  void servesWithoutTraining() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.panda.reward.grpc..", "dev.panda.reward.model..", "dev.panda.reward.config..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.panda.reward.training..", "dev.panda.reward.cli..")
        .check(CLASSES);
  }

  @Test
  void hasNoCycles() {
    slices().matching("dev.panda.reward.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
