package dev.panda.orchestrator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.panda.answer.ErrorDetails;
import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.answer.StatusMapping;
import dev.panda.answer.quarkus.ServingHealth;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String DECODING = "dev.panda.orchestrator.serving.decoding..";

  /** The contract of the orchestrator's own service, whose messages are the commands' data. */
  private static final String OWN_CONTRACT = "dev.panda.api.generation.v1";

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
  void aGenerationKnowsItsPortsAlone() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "..serving.generation..", "..serving.port..", "..serving.routing..", DECODING)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "..serving.client..",
            "..serving.api..",
            "..serving.config..",
            "..serving.startup..",
            "io.grpc..",
            "com.google.protobuf..",
            "com.google.rpc..",
            "dev.panda.api..")
        .check(CLASSES);
  }

  @Test
  void portsAreInterfacesRecordsAndOneException() {
    classes()
        .that()
        .resideInAPackage("..serving.port..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "..serving.port..", DECODING, "dev.panda.answer..")
        .check(CLASSES);
  }

  @Test
  void onlyClientsAndApisSpeakGrpc() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..serving.client..", "..serving.api..", "..workshop..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "com.google.rpc..", "dev.panda.api..")
        .check(CLASSES);
  }

  /** Beside clients and APIs, the code only refuses requests and says why. */
  @Test
  void refusesWithoutChoosingAnAnswer() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..client..", "..api..", "..cli..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.panda.answer..")
                .and(
                    not(
                        belongToAnyOf(
                            Reason.class,
                            RefusedException.class,
                            ErrorDetails.class,
                            ServingHealth.class))))
        .check(CLASSES);
  }

  /** The shared mapping makes statuses; one class names the orchestrator's own failures for it. */
  @Test
  void choosesStatusesInOnePlace() {
    noClasses()
        .that()
        .resideInAPackage("..api..")
        .and()
        .haveNameNotMatching(".*\\.Statuses(\\$.*)?")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("com.google.rpc..", "io.grpc.protobuf..")
                .or(belongToAnyOf(Status.class, StatusMapping.class)))
        .check(CLASSES);
  }

  @Test
  void theServiceKnowsNothingOfTheWorkshop() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..workshop..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..workshop..", "picocli..", "me.tongfei.progressbar..")
        .check(CLASSES);
  }

  @Test
  void commandsSpeakThroughClients() {
    noClasses()
        .that()
        .resideInAPackage("..workshop..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.grpc..", "com.google.rpc..")
                .or(simpleNameEndingWith("Grpc"))
                .or(resideInAnyPackage("dev.panda.api..").and(not(resideInAPackage(OWN_CONTRACT)))))
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
                            "dev.panda.transformer.text..",
                            "dev.panda.transformer.workshop.cli.."))))
        .check(CLASSES);
  }

  @Test
  void hasNoCycles() {
    for (String packages : List.of("(*)..", "serving.(*)..", "workshop.(*)..")) {
      slices()
          .matching("dev.panda.orchestrator." + packages)
          .should()
          .beFreeOfCycles()
          .check(CLASSES);
    }
  }
}
