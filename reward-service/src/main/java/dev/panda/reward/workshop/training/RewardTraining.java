package dev.panda.reward.workshop.training;

import dev.panda.reward.serving.head.OwnWeights;
import dev.panda.reward.serving.head.RewardModel;
import dev.panda.reward.serving.model.Fingerprint;
import dev.panda.reward.serving.model.RewardModelCheck;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.features.Backbone;
import dev.panda.reward.workshop.features.EngineBackbone;
import dev.panda.reward.workshop.features.FeatureCache;
import dev.panda.reward.workshop.features.FeatureExtraction;
import dev.panda.reward.workshop.features.FeatureSpace;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.PairEncoder;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.reward.workshop.pairs.TrainingPairs;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.TrainingException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Trains a reward model. The readout is chosen by pairs of prompts split off, on the backbone as it
 * is. Either the head is all that is trained; where a test file judges it, it is then fit again to
 * all pairs, those included. Or the backbone is trained from there, together with the head, and the
 * pairs split off say which of its weights are kept.
 *
 * <p>The same options and files give the same reward model on the same machine.
 */
public final class RewardTraining {
  private static final int DEFAULT_LAYERS = 6;

  private final TrainingOptions options;
  private final BatchProgress.Display display;
  private final Consumer<String> notices;

  /**
   * @param notices told, a line each, what people should know and a card does not say
   */
  public RewardTraining(
      TrainingOptions options, BatchProgress.Display display, Consumer<String> notices) {
    this.options = options;
    this.display = display;
    this.notices = notices;
  }

  /**
   * The trained head with its card. Nothing is written but the cache of features, and in the work
   * folder of an adaptation its state and, in {@code model}, the weights that go with the head.
   *
   * @throws TrainingException if it cannot be trained
   * @throws dev.panda.transformer.checkpoint.CheckpointException if the backbone cannot be used
   * @throws IllegalArgumentException if an option does not fit the backbone or the machine
   */
  public RewardModel run() {
    return train().model();
  }

  /**
   * What was trained.
   *
   * @param evaluating pairs that it was not trained on
   * @param ownWeights folder of the weights that go with the head, where there are any
   */
  record Trained(RewardModel model, List<EncodedPair> evaluating, Optional<Path> ownWeights) {}

  /** {@link #run} with what it was evaluated by. */
  Trained train() {
    TrainingPairs pairs =
        TrainingPairs.read(options.data(), options.search().validationShare(), options.seed());
    try (Checkpoint checkpoint = Checkpoints.open(options.model().path());
        TextEncoder texts = TextEncoder.open(checkpoint)) {
      int maxTokens =
          Math.min(options.model().maxTokens(), checkpoint.config().maxPositionEmbeddings());
      PairEncoder encoder = new PairEncoder(texts, maxTokens);
      EncodedPairs encoded = EncodedPairs.of(pairs, encoder, options.data().skipInvalid(), display);
      notice(pairs, encoded, encoder, maxTokens);
      Backbone backbone = backbone(checkpoint, maxTokens);
      String fingerprint = Fingerprint.ofCheckpoint(options.model().path());
      Appraisal appraisal =
          new Appraisal(
              options, display, fingerprint, new Appraisal.Texts(encoder, texts), pairs, encoded);
      if (options.adaptation().isEmpty()) {
        Chosen chosen = choose(backbone, fingerprint, encoded, encoded.fitted());
        RewardModel model =
            appraisal.of(chosen, chosen.head().folded(), Optional.empty(), backbone);
        return new Trained(model, encoded.evaluating(), Optional.empty());
      }
      AdaptationOptions adaptation = options.adaptation().get();
      RewardModel model =
          adapt(adaptation, checkpoint, fingerprint, maxTokens, pairs, encoded, appraisal);
      return new Trained(model, encoded.evaluating(), Optional.of(adaptation.model()));
    }
  }

  private Backbone backbone(Checkpoint checkpoint, int maxTokens) {
    TrainingOptions.Model model = options.model();
    return new EngineBackbone(
        checkpoint,
        new EngineBackbone.Options(model.numerics(), model.device(), model.threads(), maxTokens));
  }

  private void notice(
      TrainingPairs pairs, EncodedPairs encoded, PairEncoder encoder, int maxTokens) {
    int lines = pairs.file().skipped() + pairs.test().map(ExampleFile::skipped).orElse(0);
    if (lines > 0) {
      notices.accept(lines + " lines skipped: they hold no usable pair.");
    }
    if (pairs.inTest() > 0) {
      notices.accept(
          "%d training pairs left out: their prompts are also in %s."
              .formatted(pairs.inTest(), pairs.test().orElseThrow().name()));
    }
    if (encoded.skipped() > 0) {
      notices.accept(encoded.skipped() + " pairs skipped: they do not fit the model.");
    }
    if (encoder.shortened() > 0) {
      notices.accept(
          "%d responses cut to fit %d tokens.".formatted(encoder.shortened(), maxTokens));
    }
  }

  /** The readout that is used, all of them, the best first, and the head fit to some pairs. */
  record Chosen(FittedReadout readout, List<FittedReadout> searched, StandardisedHead head) {}

  private Chosen choose(
      Backbone backbone, String fingerprint, EncodedPairs encoded, List<EncodedPair> fitted) {
    FeatureSpace space =
        new FeatureSpace(
            fingerprint,
            options.model().numerics().toString(),
            layers(backbone.layers()),
            backbone.hiddenSize());
    try (FeatureCache cache = FeatureCache.open(options.model().cache(), space)) {
      new FeatureExtraction(backbone, space, cache)
          .run(EncodedPairs.responses(encoded.all()), display);
      ReadoutSearch search =
          new ReadoutSearch(
              space, cache, this::cuts, options.search().poolings(), options.search().penalties());
      List<FittedReadout> searched = search.run(encoded.training(), encoded.validation(), display);
      FittedReadout choice = ReadoutChoice.of(searched, options.search().taken());
      return new Chosen(choice, searched, search.refit(choice, fitted));
    }
  }

  private int[] cuts(PreferencePair pair) {
    return options.search().cuts().of(pair, options.seed());
  }

  private int[] layers(int depth) {
    List<Integer> asked = options.search().layers();
    if (asked.isEmpty()) {
      return IntStream.rangeClosed(1, DEFAULT_LAYERS)
          .map(i -> (int) Math.ceil((double) depth * i / DEFAULT_LAYERS))
          .distinct()
          .toArray();
    }
    RewardModelCheck.requireLayers(asked, depth);
    return asked.stream().mapToInt(Integer::intValue).toArray();
  }

  private RewardModel adapt(
      AdaptationOptions adaptation,
      Checkpoint checkpoint,
      String fingerprint,
      int maxTokens,
      TrainingPairs pairs,
      EncodedPairs encoded,
      Appraisal appraisal) {
    Chosen chosen =
        choose(backbone(checkpoint, maxTokens), fingerprint, encoded, encoded.training());
    BackboneAdaptation.Adapted adapted =
        new BackboneAdaptation(adaptation, options.model(), options.seed(), display)
            .run(
                checkpoint,
                new BackboneAdaptation.Start(
                    chosen.readout(),
                    chosen.head(),
                    this::cuts,
                    settings(fingerprint, maxTokens, pairs)),
                encoded);
    notices.accept(
        "Trained for %d of %d updates in %.1f minutes; those after update %d are kept."
            .formatted(
                adapted.state().update(),
                adapted.total(),
                adapted.state().seconds() / 60,
                adapted.state().best().update()));
    try (Checkpoint weights = OwnWeights.over(checkpoint, adapted.folder(), adaptation.method())) {
      return appraisal.of(
          chosen, adapted.head(), Optional.of(adapted), backbone(weights, maxTokens));
    }
  }

  /** What the pairs and where their training begins depend on, by the names that messages use. */
  private Map<String, String> settings(String fingerprint, int maxTokens, TrainingPairs pairs) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("model", fingerprint + " " + options.model().numerics());
    all.put("data", pairs.file().fingerprint());
    all.put("test data", pairs.test().map(ExampleFile::fingerprint).orElse("none"));
    all.put("half", options.data().half().map(Enum::toString).orElse("none"));
    all.put("max-pairs", String.valueOf(options.data().maxPairs()));
    all.put("skip-invalid", String.valueOf(options.data().skipInvalid()));
    all.put("max-tokens", String.valueOf(maxTokens));
    all.put("search", options.search().toString());
    return all;
  }
}
