package dev.panda.basemodel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.panda.transformer.testing.ModelServiceRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModelServiceRules {
  ArchitectureTest() {
    super("dev.panda.basemodel");
  }

  @Test
  void knowsNothingOfRewards() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.panda.reward..", "dev.panda.api.reward..")
        .check(classes());
  }
}
