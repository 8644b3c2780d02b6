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
}
