package dev.panda.basemodel.serving.model;

import dev.panda.basemodel.serving.config.BaseModelConfig;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.decoder.AutoNumerics;
import dev.panda.transformer.decoder.WeightFormats;
import dev.panda.transformer.decoder.Work;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.loading.BackboneCheck;
import dev.panda.transformer.reward.loading.BackboneRewards;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/** Loads the configured model. */
final class BaseModelLoader {
  private static final Logger LOG = Logger.getLogger(BaseModelLoader.class);

  private final BaseModelConfig config;
  private final Executor aside;

  /**
   * Loads what the configuration names.
   *
   * @param aside executor for the comparison of weights, which reads the whole checkpoint
   */
  BaseModelLoader(BaseModelConfig config, Executor aside) {
    this.config = config;
    this.aside = aside;
  }

  /**
   * Loads checkpoint, tokenizer, chat template and reward models; the caller closes the model. The
   * tokenizer and the template load beside the weights.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a file cannot be used
   * @throws dev.panda.transformer.reward.RewardModelException if a reward model cannot be used, or
   *     reads other weights than the model's
   * @throws IllegalArgumentException if the configuration does not fit the model or the machine
   */
  BaseModel load() {
    ModelFolders folders = new ModelFolders(config.modelRoots());
    Path path = folders.resolve(config.model());
    ExecutorService beside = Executors.newSingleThreadExecutor();
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      List<RewardModel> rewards =
          new HeldRewardModels(config.preferences(), LOG::warn).read(folders, checkpoint);
      EngineOptions options = engineOptions(checkpoint, rewards);
      CompletableFuture<TextSide> text =
          CompletableFuture.supplyAsync(() -> TextSide.open(checkpoint), beside);
      try {
        Engine engine = Engine.load(checkpoint, options);
        aside.execute(() -> BackboneCheck.compare(path, rewards, LOG::warn));
        return model(engine, rewards, options, path, text);
      } catch (RuntimeException | Error e) {
        CompletableFuture<Void> unused = text.thenAccept(side -> side.tokenizer().close());
        throw e;
      }
    } finally {
      beside.shutdown();
    }
  }

  /** What turns text into tokens. */
  private record TextSide(Tokenizer tokenizer, Optional<ChatTemplate> chatTemplate) {
    static TextSide open(Checkpoint checkpoint) {
      Optional<ChatTemplate> chatTemplate = ChatTemplate.open(checkpoint.path());
      chatTemplate.ifPresent(ChatTemplate::rehearse);
      return new TextSide(Tokenizers.open(checkpoint), chatTemplate);
    }
  }

  private static BaseModel model(
      Engine engine,
      List<RewardModel> rewards,
      EngineOptions options,
      Path path,
      CompletableFuture<TextSide> text) {
    try {
      TextSide side = text.join();
      warnOfAddedTokens(path, engine.config(), side.tokenizer());
      return new BaseModel(
          describe(path, engine, side.tokenizer(), options),
          side.tokenizer(),
          side.chatTemplate(),
          rewards,
          engine);
    } catch (CompletionException e) {
      engine.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static void warnOfAddedTokens(Path path, ModelConfig model, Tokenizer tokenizer) {
    if (tokenizer.vocabularySize() > model.vocabSize()) {
      LOG.warnf(
          "%s: the model has no embedding for the added tokens %d to %d; prompts that hold one are"
              + " refused",
          path, model.vocabSize(), tokenizer.vocabularySize() - 1);
    }
  }

  private EngineOptions engineOptions(Checkpoint checkpoint, List<RewardModel> rewards) {
    int threads = config.threads().orElse(Runtime.getRuntime().availableProcessors());
    WeightFormats formats =
        new AutoNumerics(config.measurements())
            .formats(
                config.numerics(),
                checkpoint,
                config.device(),
                threads,
                Work.NEXT_TOKEN,
                config.weightsMemory().asLongValue());
    return new EngineOptions(
        formats.numerics(),
        config.device(),
        threads,
        true,
        BackboneRewards.projections(rewards),
        config.cacheTokens(),
        config.roundTokens(),
        config.openTimeout(),
        config.roundTime(),
        config.prefixes(),
        formats.manyRows());
  }

  private static ModelDescription describe(
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
