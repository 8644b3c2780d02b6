package dev.panda.reward;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.panda.transformer.testing.ModelServiceRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModelServiceRules {
  ArchitectureTest() {
    super("dev.panda.reward");
  }

  @Test
  void knowsNothingOfTheBaseModel() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.panda.basemodel..", "dev.panda.api.basemodel..")
        .check(classes());
  }

  @Test
  void keepsHeadsFreeOfTransportAndEngine() {
    noClasses()
        .that()
        .resideInAPackage("dev.panda.reward.serving.head..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.panda.transformer.engine..",
            "dev.panda.transformer.decoder..",
            "dev.panda.answer..",
            "dev.panda.reward.serving.model..",
            "dev.panda.reward.serving.config..")
        .check(classes());
  }
}
