package dev.panda.transformer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The allowed dependencies between this module's packages. */
class ArchitectureTest {
  /** The packages that run a model. */
  private static final String[] MODEL = {
    "dev.panda.transformer.jinja..",
    "dev.panda.transformer.checkpoint..",
    "dev.panda.transformer.chat..",
    "dev.panda.transformer.text..",
    "dev.panda.transformer.tokenizer..",
    "dev.panda.transformer.decoder..",
    "dev.panda.transformer.engine..",
    "dev.panda.transformer.reward.."
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
  void onlyTheTokenizerTouchesItsLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..tokenizer..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.huggingface..")
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
            "dev.panda.transformer.tokenizer..")
        .check(CLASSES);
  }

  @Test
  void chatsAreTextOnly() {
    noClasses()
        .that()
        .resideInAPackage("..transformer.chat..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.transformer.decoder..",
            "dev.panda.transformer.engine..",
            "dev.panda.transformer.tokenizer..")
        .check(CLASSES);
  }

  @Test
  void rewardsAreComputedFromPlainArrays() {
    noClasses()
        .that()
        .resideInAPackage("dev.panda.transformer.reward")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.transformer.decoder..",
            "dev.panda.transformer.engine..",
            "dev.panda.transformer.reward.loading..")
        .check(CLASSES);
  }

  @Test
  void whatRunsAModelKnowsNothingOfRewards() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.panda.transformer.checkpoint..",
            "dev.panda.transformer.decoder..",
            "dev.panda.transformer.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.panda.transformer.reward..")
        .check(CLASSES);
  }

  @Test
  void jinjaIsJavaOnly() {
    classes()
        .that()
        .resideInAPackage("..transformer.jinja..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "dev.panda.transformer.jinja..")
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
  void theModelKnowsNothingOfCommandsAndTraining() {
    noClasses()
        .that()
        .resideInAnyPackage(MODEL)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.transformer.workshop.training..",
            "dev.panda.transformer.workshop.cli..",
            "picocli..",
            "me.tongfei..")
        .check(CLASSES);
  }

  @Test
  void theRuntimeKnowsNothingOfTheWorkshop() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..workshop..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..workshop..", "picocli..", "me.tongfei..")
        .check(CLASSES);
  }

  @Test
  void knowsNothingOfCalls() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.grpc..",
            "com.google.protobuf..",
            "com.google.rpc..",
            "io.vertx..",
            "io.quarkus..",
            "jakarta..",
            "dev.panda.api..",
            "dev.panda.answer..")
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
            "dev.panda.transformer.decoder..", "dev.panda.transformer.engine..", "picocli..")
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
