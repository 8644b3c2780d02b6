package dev.panda.orchestrator;

import dev.panda.orchestrator.testing.TinyPanda;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reward services read every reward model. */
@ExtendWith(TinyPanda.Shared.class)
class DecodingIT extends DecodingCase {
  DecodingIT(TinyPanda panda) {
    super(panda, false);
  }
}
