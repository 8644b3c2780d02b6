package dev.panda.orchestrator;

import dev.panda.orchestrator.testing.TinyPanda;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The base-model service reads the reward models on its weights in its own pass, and a reward
 * service reads the one that has weights of its own.
 */
@TestInstance(Lifecycle.PER_CLASS)
class HeldRewardsIT extends DecodingCase {
  HeldRewardsIT() {
    super(TinyPanda.holding(), true);
  }

  @AfterAll
  void stop() {
    panda.close();
  }
}
