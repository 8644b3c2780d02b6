package dev.panda.transformer.testing;

import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
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
        .resideInAnyPackage("io.grpc..", "com.google.rpc..", "dev.panda.api..", "dev.panda.answer")
        .check(classes);
  }

  /** The shared mapping makes statuses; one class names the service's own failures for it. */
  @Test
  void choosesStatusesInOnePlace() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Statuses(\\$.*)?")
        .should()
        .dependOnClassesThat(
            nameMatching(
                    "com\\.google\\.rpc\\..*|io\\.grpc\\.protobuf\\..*|io\\.grpc\\.Status(\\$.*)?"
                        + "|dev\\.panda\\.answer\\.StatusMapping")
                .forSubtype())
        .check(classes);
  }

  @Test
  void servesWithoutTheWorkshop() {
    noClasses()
        .that()
        .resideOutsideOfPackage(root + ".workshop..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..workshop..", "picocli..", "me.tongfei..")
        .check(classes);
  }

  @Test
  void trainsWithoutTheService() {
    noClasses()
        .that()
        .resideInAPackage(root + ".workshop..")
        .and()
        .resideOutsideOfPackage(root + ".workshop.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "jakarta..",
            "io.grpc..",
            "picocli..",
            "me.tongfei..",
            "dev.panda.answer..",
            "dev.panda.transformer.workshop.cli..")
        .check(classes);
  }

  @Test
  void hasNoCycles() {
    for (String packages : List.of(".(*)..", ".serving.(*)..", ".workshop.(*)..")) {
      slices().matching(root + packages).should().beFreeOfCycles().check(classes);
    }
  }
}
