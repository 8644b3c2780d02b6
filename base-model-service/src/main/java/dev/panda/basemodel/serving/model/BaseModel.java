package dev.panda.basemodel.serving.model;

import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * A language model with all that serving it takes. Closing it ends its sequences and frees its
 * native memory.
 *
 * @param tokenizer closed with the model
 * @param chatTemplate where the checkpoint has one
 * @param rewards the reward models that read its weights, by name; the engine's projections follow
 *     their {@link dev.panda.transformer.reward.ReadoutColumns}
 * @param engine closed with the model
 */
public record BaseModel(
    ModelDescription description,
    Tokenizer tokenizer,
    Optional<ChatTemplate> chatTemplate,
    List<RewardModel> rewards,
    Engine engine)
    implements AutoCloseable {

  /** Whether the model has a chat template without fault. */
  public boolean canChat() {
    return chatTemplate.filter(template -> template.fault().isEmpty()).isPresent();
  }

  @Override
  public void close() {
    engine.close();
    tokenizer.close();
  }
}
