package dev.panda.basemodel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.panda.transformer.testing.ModelServiceRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModelServiceRules {
  ArchitectureTest() {
    super("dev.panda.basemodel");
  }

  @Test
  void knowsNothingOfTheRewardService() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.panda.reward..")
        .check(classes());
  }

  /** Only the words of the reward contract that the model's own contract borrows. */
  @Test
  void speaksTheRewardContractInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..serving.grpc..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.panda.api.reward..")
        .check(classes());
  }
}
