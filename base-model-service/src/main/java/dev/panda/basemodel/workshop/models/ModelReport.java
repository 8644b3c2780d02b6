package dev.panda.basemodel.workshop.models;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.Family;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.SequenceClassification;
import dev.panda.transformer.tokenizer.TokenizerSummary;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What a model's files say of it. Only headers are read, no weights. A part that cannot be read is
 * empty, and a refusal says why.
 *
 * @param files of the weights
 * @param config empty if the model is not supported
 * @param template empty if the model has none, or it cannot be read
 * @param refusals why the base-model service would not serve the model; none if it would
 */
public record ModelReport(
    Path path,
    List<Path> files,
    Optional<ModelConfig> config,
    List<StoredWeights> weights,
    Optional<TokenizerSummary> tokenizer,
    Optional<Template> template,
    List<NeededMemory> memory,
    List<RewardSummary> rewards,
    List<String> refusals) {

  /**
   * Reads a model.
   *
   * @param path of its folder or file
   * @param gpu whether to tell the memory that it takes on a GPU
   */
  public static ModelReport of(Path path, ModelFolders folders, boolean gpu) {
    List<String> refusals = new ArrayList<>();
    List<Path> files = List.of();
    List<StoredWeights> weights = List.of();
    Optional<ModelConfig> config = Optional.empty();
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      config = Optional.of(checkpoint.config());
      weights = StoredWeights.of(checkpoint);
      files = checkpoint.tensors().keySet().stream().map(checkpoint::file).distinct().toList();
      requireServable(checkpoint);
    } catch (CheckpointException refused) {
      refusals.add(refused.getMessage());
    }
    Optional<TokenizerSummary> tokenizer = tokenizer(path, config, refusals);
    return new ModelReport(
        path,
        files,
        config,
        weights,
        tokenizer,
        template(path, refusals),
        config.map(known -> NeededMemory.of(known, gpu)).orElse(List.of()),
        folders.rewardModels(path).stream().map(RewardSummary::of).toList(),
        List.copyOf(refusals));
  }

  /** Refuses what loading would refuse, as far as the headers tell. */
  private static void requireServable(Checkpoint checkpoint) {
    ModelConfig config = checkpoint.config();
    if (SequenceClassification.isOne(config.architecture())) {
      throw new CheckpointException(
          "%s: architecture: %s (expected: one that ends in ForCausalLM; this one is a reward model from elsewhere)"
              .formatted(checkpoint.path(), config.architecture()));
    }
    ModelTensors.check(checkpoint, config.numHiddenLayers(), true);
  }

  private static Optional<TokenizerSummary> tokenizer(
      Path path, Optional<ModelConfig> config, List<String> refusals) {
    TokenizerSummary tokenizer;
    try {
      tokenizer = Tokenizers.summary(path, config.map(ModelConfig::endTokenIds).orElse(List.of()));
    } catch (CheckpointException refused) {
      addNew(refused.getMessage(), refusals);
      return Optional.empty();
    }
    try {
      config.ifPresent(
          known ->
              Tokenizers.requireEmbeddings(
                  path, tokenizer.ordinaryVocabularySize(), known.vocabSize()));
    } catch (IllegalArgumentException refused) {
      refusals.add(refused.getMessage());
    }
    return Optional.of(tokenizer);
  }

  private static Optional<Template> template(Path path, List<String> refusals) {
    try {
      return Template.of(path);
    } catch (CheckpointException refused) {
      addNew(refused.getMessage(), refusals);
      return Optional.empty();
    }
  }

  /** Adds a refusal unless another part of the model was refused for the same reason. */
  private static void addNew(String refusal, List<String> refusals) {
    if (!refusals.contains(refusal)) {
      refusals.add(refusal);
    }
  }

  public String name() {
    return ModelFolders.name(path);
  }

  /** Number of weights, a tied head counted once; 0 if the model is not supported. */
  public long parameters() {
    return config.stream()
        .flatMap(known -> shapes(known).stream())
        .mapToLong(shape -> shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b))
        .sum();
  }

  private static Collection<List<Integer>> shapes(ModelConfig config) {
    return SequenceClassification.isOne(config.architecture())
        ? ModelTensors.shapes(config, config.numHiddenLayers()).values()
        : ModelTensors.shapes(config).values();
  }

  /** Well-known models of the architecture. */
  public Optional<String> family() {
    return config.map(known -> Family.of(known.architecture()).models());
  }
}
