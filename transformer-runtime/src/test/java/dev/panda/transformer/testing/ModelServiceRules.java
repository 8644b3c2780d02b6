package dev.panda.transformer.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The allowed dependencies between the packages of any model service. */
@TestInstance(Lifecycle.PER_CLASS) // reads the classes once
public abstract class ModelServiceRules {
  private final String root;
  private final JavaClasses classes;

  /**
   * Rules for one service.
   *
   * @param root the service's package
   */
  protected ModelServiceRules(String root) {
    this.root = root;
    this.classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(root);
  }

  /** The service's own classes, without tests. */
  protected final JavaClasses classes() {
    return classes;
  }

  @Test
  void knowsNothingOfOrchestration() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.panda.orchestrator..", "dev.panda.api.generation..")
        .check(classes);
  }

  @Test
  void leavesNativeArraysToTheRuntime() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("ai.djl..").check(classes);
  }

  @Test
  void speaksGrpcInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..grpc..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.grpc..", "com.google.rpc..", "dev.panda.api..", "dev.panda.transformer.grpc..")
        .check(classes);
  }

  @Test
  void leavesStatusesToTheRuntime() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.rpc..", "io.grpc.protobuf..")
        .check(classes);
  }

  @Test
  void servesWithoutTrainingAndCommands() {
    noClasses()
        .that()
        .resideInAnyPackage(root + ".grpc..", root + ".model..", root + ".config..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            root + ".training..",
            root + ".cli..",
            "dev.panda.transformer.workshop.training..",
            "dev.panda.transformer.workshop.cli..",
            "picocli..")
        .check(classes);
  }

  @Test
  void trainsWithoutTheService() {
    noClasses()
        .that()
        .resideInAPackage(root + ".training..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "jakarta..",
            "io.grpc..",
            "picocli..",
            "me.tongfei..",
            "dev.panda.transformer.grpc..",
            "dev.panda.transformer.workshop.cli..")
        .check(classes);
  }

  @Test
  void hasNoCycles() {
    slices().matching(root + ".(*)..").should().beFreeOfCycles().check(classes);
  }
}
