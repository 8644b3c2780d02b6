package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.features.EngineBackbone;
import dev.panda.reward.workshop.features.FeatureCache;
import dev.panda.reward.workshop.features.FeatureExtraction;
import dev.panda.reward.workshop.features.FeatureSpace;
import dev.panda.reward.workshop.features.FrozenBackbone;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.PairEncoder;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.reward.workshop.pairs.TrainingPairs;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.reward.loading.RewardModelCheck;
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
 * Trains a reward model. It chooses the readout by validation pairs, whose prompts are split off,
 * on the original backbone. If only the head is trained and there is a test file, the head is then
 * fitted again to all pairs, including the validation pairs. If the backbone is trained too, its
 * training begins with this head, and the validation pairs decide which weights to keep.
 *
 * <p>The same options and files give the same reward model on the same machine.
 */
public final class RewardTraining {
  private static final int DEFAULT_LAYERS = 6;

  private final TrainingOptions options;
  private final BatchProgress.Display display;
  private final Consumer<String> notices;

  /**
   * @param notices receives lines of information for people that the card does not contain
   */
  public RewardTraining(
      TrainingOptions options, BatchProgress.Display display, Consumer<String> notices) {
    this.options = options;
    this.display = display;
    this.notices = notices;
  }

  /**
   * Trains and returns the head with its card. Writes only the cache of features and, in the work
   * folder of an adaptation, its state and, in {@code model}, the head's own weights.
   *
   * @throws TrainingException if the reward model cannot be trained
   * @throws dev.panda.transformer.checkpoint.CheckpointException if the backbone cannot be used
   * @throws IllegalArgumentException if an option does not fit the backbone or the machine
   */
  public RewardModel run() {
    return train().model();
  }

  /**
   * The result of a training.
   *
   * @param evaluating pairs that the model was not trained on
   * @param ownWeights folder of the head's own weights, if there are any
   */
  record Trained(RewardModel model, List<EncodedPair> evaluating, Optional<Path> ownWeights) {}

  /** Like {@link #run}, but also returns the evaluating pairs. */
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
      FrozenBackbone backbone = backbone(checkpoint, maxTokens);
      String fingerprint = Fingerprint.ofCheckpoint(options.model().path());
      RewardModelBuilder builder =
          new RewardModelBuilder(
              options,
              display,
              fingerprint,
              new RewardModelBuilder.Texts(encoder, texts),
              pairs,
              encoded);
      if (options.adaptation().isEmpty()) {
        Chosen chosen = choose(backbone, builder, encoded, encoded.fitted());
        RewardModel model = builder.of(chosen, chosen.head().folded(), Optional.empty(), backbone);
        return new Trained(model, encoded.evaluating(), Optional.empty());
      }
      AdaptationOptions adaptation = options.adaptation().get();
      RewardModel model =
          adapt(adaptation, checkpoint, fingerprint, maxTokens, pairs, encoded, builder);
      return new Trained(model, encoded.evaluating(), Optional.of(adaptation.model()));
    }
  }

  private FrozenBackbone backbone(Checkpoint checkpoint, int maxTokens) {
    TrainingOptions.Model model = options.model();
    return new EngineBackbone(
        checkpoint,
        new EngineBackbone.Options(model.numerics(), model.device(), model.threads(), maxTokens));
  }

  private void notice(
      TrainingPairs pairs, EncodedPairs encoded, PairEncoder encoder, int maxTokens) {
    int lines = pairs.file().skipped() + pairs.test().map(ExampleFile::skipped).orElse(0);
    if (lines > 0) {
      notices.accept(lines + " lines skipped, because they contain no usable pair.");
    }
    if (pairs.inTest() > 0) {
      notices.accept(
          "%d training pairs left out, because their prompts are also in %s."
              .formatted(pairs.inTest(), pairs.test().orElseThrow().name()));
    }
    if (encoded.skipped() > 0) {
      notices.accept(encoded.skipped() + " pairs skipped, because they do not fit the model.");
    }
    if (encoder.shortened() > 0) {
      notices.accept(
          "%d responses cut to fit %d tokens.".formatted(encoder.shortened(), maxTokens));
    }
  }

  /**
   * The chosen readout, all readouts, best first, and the head fitted to some pairs.
   *
   * @param sample training responses to calibrate on; empty if the backbone is still to be trained
   * @param heldOut the validation responses' rewards, if the head has been evaluated on them
   */
  record Chosen(
      FittedReadout readout,
      List<FittedReadout> searched,
      StandardisedHead head,
      CalibrationSample sample,
      Optional<Map<ResponseTokens, float[]>> heldOut) {}

  /**
   * Reads each response once. If the validation pairs serve for evaluation, their responses are
   * read with the fitted heads; else with the training pairs, for the final fit.
   */
  private Chosen choose(
      FrozenBackbone backbone,
      RewardModelBuilder builder,
      EncodedPairs encoded,
      List<EncodedPair> fitted) {
    boolean frozen = options.adaptation().isEmpty();
    boolean evaluates = frozen && encoded.test().isEmpty();
    FeatureSpace space =
        new FeatureSpace(
            builder.backboneFingerprint(),
            options.model().numerics().toString(),
            layers(backbone.layers()),
            backbone.hiddenSize());
    try (FeatureCache cache = FeatureCache.open(options.model().cache(), space)) {
      CalibrationSample sample =
          new CalibrationSample(
              frozen ? CalibrationSample.drawToKeep(EncodedPairs.responses(fitted)) : List.of(),
              cache.states(space));
      new FeatureExtraction(backbone, space, cache)
          .run(
              EncodedPairs.responses(evaluates ? encoded.training() : encoded.all()),
              sample.responses(),
              display);
      ReadoutSearch search =
          new ReadoutSearch(
              space, cache, this::cuts, options.search().poolings(), options.search().penalties());
      ServedHeads served = builder.served(sample, backbone);
      List<FittedReadout> searched =
          search.run(
              encoded.training(),
              evaluates ? served : search.onFeatures(encoded.validation()),
              display);
      FittedReadout choice = ReadoutChoice.of(searched, options.search().taken());
      return new Chosen(
          choice,
          searched,
          search.refit(choice, fitted),
          sample,
          evaluates ? Optional.of(served.rewards(choice)) : Optional.empty());
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
      RewardModelBuilder builder) {
    Chosen chosen = choose(backbone(checkpoint, maxTokens), builder, encoded, encoded.training());
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
        "Trained for %d of %d updates in %.1f minutes; kept the weights after update %d."
            .formatted(
                adapted.state().update(),
                adapted.total(),
                adapted.state().seconds() / 60,
                adapted.state().best().update()));
    try (Checkpoint weights = OwnWeights.over(checkpoint, adapted.folder(), adaptation.method())) {
      return builder.of(chosen, adapted.head(), Optional.of(adapted), backbone(weights, maxTokens));
    }
  }

  /**
   * The settings that the pairs and the start of their training depend on, by their names in
   * messages.
   */
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
