package dev.panda.reward.model;

import dev.panda.reward.head.RewardModel;
import dev.panda.transformer.engine.Engine;
import java.util.List;

/**
 * One backbone and the reward models that read it, all in one pass. Closing it ends the engine's
 * sequences and frees its native memory.
 *
 * @param models by name; model i reads the engine's projection i
 * @param engine closed with this
 */
public record ServedRewards(Backbone backbone, List<RewardModel> models, Engine engine)
    implements AutoCloseable {

  @Override
  public void close() {
    engine.close();
  }
}
