package dev.panda.basemodel.serving.model;

import dev.panda.basemodel.serving.config.BaseModelConfig;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Loads the configured model. */
final class BaseModelLoader {
  private static final Logger LOG = Logger.getLogger(BaseModelLoader.class);

  private final BaseModelConfig config;

  BaseModelLoader(BaseModelConfig config) {
    this.config = config;
  }

  /**
   * Loads checkpoint, tokenizer and chat template; the caller closes the model.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a file cannot be used
   * @throws IllegalArgumentException if the configuration does not fit the model or the machine
   */
  BaseModel load() {
    Path path = new ModelFolders(config.modelRoots()).resolve(config.model());
    Optional<ChatTemplate> chatTemplate = ChatTemplate.open(path);
    chatTemplate.ifPresent(ChatTemplate::rehearse);
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      Tokenizer tokenizer = Tokenizers.open(path, checkpoint.config().endTokenIds());
      try {
        return load(path, checkpoint, tokenizer, chatTemplate);
      } catch (RuntimeException e) {
        tokenizer.close();
        throw e;
      }
    }
  }

  private BaseModel load(
      Path path, Checkpoint checkpoint, Tokenizer tokenizer, Optional<ChatTemplate> chatTemplate) {
    EngineOptions options = engineOptions();
    requireSameVocabulary(path, checkpoint.config(), tokenizer);
    Engine engine = Engine.load(checkpoint, options);
    return new BaseModel(
        describe(path, engine, tokenizer, options), tokenizer, chatTemplate, engine);
  }

  static void requireSameVocabulary(Path path, ModelConfig model, Tokenizer tokenizer) {
    Tokenizers.requireEmbeddings(path, tokenizer.ordinaryVocabularySize(), model.vocabSize());
    if (tokenizer.vocabularySize() > model.vocabSize()) {
      LOG.warnf(
          "%s: the model has no embedding for the added tokens %d to %d; prompts that hold one are"
              + " refused",
          path, model.vocabSize(), tokenizer.vocabularySize() - 1);
    }
  }

  private EngineOptions engineOptions() {
    boolean gpu = config.device().startsWith("cuda");
    return new EngineOptions(
        Numerics.parse(config.numerics(), gpu),
        config.device(),
        config.threads().orElse(Runtime.getRuntime().availableProcessors()),
        true,
        List.of(),
        config.cacheTokens(),
        config.roundTokens(),
        config.openTimeout());
  }

  private ModelDescription describe(
      Path path, Engine engine, Tokenizer tokenizer, EngineOptions options) {
    ModelConfig model = engine.config();
    return new ModelDescription(
        path.toAbsolutePath().normalize().getFileName().toString(),
        model.vocabSize(),
        tokenizer.fingerprint(),
        tokenizer.endTokenIds().stream().filter(id -> id < model.vocabSize()).toList(),
        engine.contextLength(),
        options.numerics().toString(),
        model.numHiddenLayers(),
        model.hiddenSize());
  }
}
