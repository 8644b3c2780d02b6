package dev.panda.reward.serving.model;

import dev.panda.reward.serving.head.RewardCard;
import dev.panda.reward.serving.head.RewardModel;
import dev.panda.reward.serving.head.RewardModelException;
import dev.panda.reward.serving.head.RewardModelFolder;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Loads a backbone and its reward models. */
public final class RewardLoader {
  private final RewardOptions options;
  private final Consumer<String> notices;
  private final Executor aside;

  /**
   * @param notices receives a line for each reward model that was left out, was trained on other
   *     weights than the backbone's, or was distilled from, or judges, a reward model other than
   *     the present one
   */
  public RewardLoader(RewardOptions options, Consumer<String> notices) {
    this(options, notices, Runnable::run);
  }

  /**
   * @param aside executor for the comparison of weights, which reads the whole checkpoint
   */
  RewardLoader(RewardOptions options, Consumer<String> notices, Executor aside) {
    this.options = options;
    this.notices = notices;
    this.aside = aside;
  }

  /**
   * Loads the backbone and the reward models; the caller closes the result.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a checkpoint's file cannot be
   *     used
   * @throws RewardModelException if a reward model cannot be used, there is none, or the chosen
   *     ones do not all read the same weights
   * @throws IllegalArgumentException if an option does not fit the model or the machine
   */
  public ServedRewards load() {
    ModelFolders all = new ModelFolders(options.modelRoots());
    Path path = all.resolve(options.model());
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      ModelConfig decoder = checkpoint.config();
      Backbone backbone = backbone(path, decoder);
      PreferenceFolders folders = new PreferenceFolders(all, path);
      PreferenceSelection selection =
          options
              .preferences()
              .map(names -> PreferenceSelection.named(names, folders))
              .orElseGet(() -> PreferenceSelection.all(folders, options.judges(), notices));
      List<RewardModel> models = models(path, folders, selection, checkpoint, backbone);
      Optional<Path> own = selection.withOwnWeights();
      aside.execute(() -> BackboneCheck.compare(path, models, notices));
      Engine engine = engine(checkpoint, own, models);
      return new ServedRewards(
          backbone.withContextLength(engine.contextLength()), models, own, engine);
    }
  }

  private Engine engine(Checkpoint backbone, Optional<Path> own, List<RewardModel> models) {
    return own.isEmpty()
        ? Engine.load(backbone, engineOptions(models))
        : RewardEngine.load(backbone, own.get(), models.get(0).card(), engineOptions(models));
  }

  private List<RewardModel> models(
      Path path,
      PreferenceFolders folders,
      PreferenceSelection selection,
      Checkpoint checkpoint,
      Backbone backbone) {
    Map<String, RewardModel> byName = new TreeMap<>();
    SequenceClassifier classifier = new SequenceClassifier(checkpoint, options.label());
    if (selection.withOwnWeights().isEmpty()) {
      classifier
          .read(backbone)
          .ifPresent(model -> add(byName, path, model, backbone, checkpoint.config()));
    }
    for (Path folder : selection.folders()) {
      RewardModel model = RewardModelFolder.read(folder);
      add(byName, folder, model, backbone, checkpoint.config());
    }
    Optional<String> notRead = classifier.reason();
    if (byName.isEmpty()) {
      throw new RewardModelException(
          notRead.orElse("%s: %s: %s".formatted(path, decoder(checkpoint), selection.missing())));
    }
    notRead.ifPresent(notices);
    for (RewardModel model : byName.values()) {
      compareWithTeacher(model, byName);
      compareWithGuide(model.card(), byName, folders);
    }
    return List.copyOf(byName.values());
  }

  /** Says of a model without a head what it is. */
  private static String decoder(Checkpoint checkpoint) {
    return checkpoint.config().architecture() + " without a reward head";
  }

  /**
   * Reports a token head whose reward model was trained again since: the token head still estimates
   * the old one.
   */
  private void compareWithTeacher(RewardModel model, Map<String, RewardModel> byName) {
    model
        .card()
        .tokenHead()
        .map(record -> byName.get(record.teacher()))
        .filter(teacher -> !model.rewardsLike(teacher))
        .ifPresent(
            teacher ->
                notices.accept(
                    ("preference %s: distilled from another %s than the present one (expected: distilled from"
                            + " the present one; run train-token-head again)")
                        .formatted(model.card().preference(), teacher.card().preference())));
  }

  /** Reports a judge that may have learned from the prompts of the guide that it judges. */
  private void compareWithGuide(
      RewardCard judge, Map<String, RewardModel> byName, PreferenceFolders folders) {
    judge
        .guide()
        .flatMap(
            name ->
                Optional.ofNullable(byName.get(name))
                    .map(RewardModel::card)
                    .or(() -> folders.find(name).map(RewardModelFolder::readCard)))
        .filter(guide -> !guide.wasTrainedWith(judge))
        .ifPresent(
            guide ->
                notices.accept(
                    ("preference %s: judges another %s than the present one, whose prompts it may have learned"
                            + " from (expected: trained together; run train-reward --judge again)")
                        .formatted(judge.preference(), guide.preference())));
  }

  private static void add(
      Map<String, RewardModel> byName,
      Path source,
      RewardModel model,
      Backbone backbone,
      ModelConfig decoder) {
    RewardModelCheck.requireFits(source, model, backbone, decoder);
    if (byName.put(model.card().preference(), model) != null) {
      throw new RewardModelException(
          source + ": preference: " + model.card().preference() + " (expected: only once)");
    }
  }

  private EngineOptions engineOptions(List<RewardModel> models) {
    RewardOptions.Running running = options.running();
    return new EngineOptions(
        running.numerics(),
        running.device(),
        running.threads(),
        false,
        projections(models),
        running.cacheTokens(),
        running.roundTokens(),
        running.openTimeout());
  }

  /** The projections, in the order of {@link dev.panda.reward.serving.head.ReadoutColumns}. */
  private static List<Projection> projections(List<RewardModel> models) {
    List<Projection> projections = new ArrayList<>();
    models.forEach(
        m -> projections.add(new Projection(m.card().readout().layer(), m.head().weight())));
    for (RewardModel model : models) {
      model
          .tokenHead()
          .ifPresent(
              head -> {
                int layer = model.card().tokenHead().orElseThrow().layer();
                for (float[] state : head.states()) {
                  projections.add(new Projection(layer, state));
                }
              });
    }
    return projections;
  }

  private static Backbone backbone(Path path, ModelConfig decoder) {
    try (Tokenizer tokenizer = Tokenizers.open(path)) {
      Tokenizers.requireEmbeddings(path, tokenizer.ordinaryVocabularySize(), decoder.vocabSize());
      return new Backbone(
          Backbone.name(path),
          decoder.vocabSize(),
          tokenizer.fingerprint(),
          decoder.maxPositionEmbeddings());
    }
  }
}
