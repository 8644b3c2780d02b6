package dev.panda.transformer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.panda.transformer.engine.CapacityException;
import org.junit.jupiter.api.Test;

/** The allowed dependencies between this module's packages. */
class ArchitectureTest {
  /** The packages that run a model. */
  private static final String[] MODEL = {
    "dev.panda.transformer.checkpoint..",
    "dev.panda.transformer.tokenizer..",
    "dev.panda.transformer.decoder..",
    "dev.panda.transformer.engine.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.panda.transformer");

  @Test
  void onlyDecoderAndEngineTouchTensors() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..decoder..", "..engine..", "..tokenizer..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }

  @Test
  void theTokenizerTouchesItsOwnLibraryOnly() {
    noClasses()
        .that()
        .resideInAPackage("..tokenizer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "ai.djl.ndarray..", "ai.djl.nn..", "ai.djl.pytorch..", "ai.djl.engine..")
        .check(CLASSES);
  }

  @Test
  void onlyTheTokenizerTouchesTemplates() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..tokenizer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.hubspot..", "ai.djl.huggingface..")
        .check(CLASSES);
  }

  @Test
  void checkpointsKnowNothingOfWhatRunsThem() {
    noClasses()
        .that()
        .resideInAPackage("..transformer.checkpoint..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.transformer.decoder..",
            "dev.panda.transformer.engine..",
            "dev.panda.transformer.cache..",
            "dev.panda.transformer.tokenizer..")
        .check(CLASSES);
  }

  @Test
  void theTokenizerKnowsNothingOfTheModelsArithmetic() {
    noClasses()
        .that()
        .resideInAPackage("..transformer.tokenizer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.panda.transformer.decoder..", "dev.panda.transformer.engine..")
        .check(CLASSES);
  }

  @Test
  void theModelKnowsNothingOfCallsCommandsAndTraining() {
    noClasses()
        .that()
        .resideInAnyPackage(MODEL)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.transformer.grpc..",
            "dev.panda.transformer.workshop.training..",
            "dev.panda.transformer.workshop.cli..",
            "io.grpc..",
            "com.google.protobuf..",
            "com.google.rpc..",
            "io.vertx..",
            "jakarta..",
            "picocli..",
            "me.tongfei..")
        .check(CLASSES);
  }

  @Test
  void callsKnowOfTheEnginesFailuresAlone() {
    noClasses()
        .that()
        .resideInAPackage("dev.panda.transformer.grpc..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.panda.transformer..")
                .and(not(resideInAPackage("dev.panda.transformer.grpc..")))
                .and(not(type(CapacityException.class))))
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
  void trainingsFilesAreReadWithoutTheModel() {
    noClasses()
        .that()
        .resideInAPackage("dev.panda.transformer.workshop.training..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.transformer.decoder..",
            "dev.panda.transformer.engine..",
            "dev.panda.transformer.grpc..",
            "io.grpc..",
            "picocli..")
        .check(CLASSES);
  }

  @Test
  void commandsKnowNothingOfCalls() {
    noClasses()
        .that()
        .resideInAPackage("dev.panda.transformer.workshop.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.panda.transformer.grpc..", "io.grpc..", "io.vertx..", "jakarta..")
        .check(CLASSES);
  }

  @Test
  void packagesAreFreeOfCycles() {
    SlicesRuleDefinition.slices()
        .matching("dev.panda.transformer.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }
}
