package dev.panda.reward.training;

import dev.panda.reward.head.Accuracy;
import dev.panda.reward.head.HeldOutAccuracy;
import dev.panda.reward.head.RewardCard;
import dev.panda.reward.head.RewardException;
import dev.panda.reward.head.RewardHead;
import dev.panda.reward.head.RewardModel;
import dev.panda.reward.head.TrainingRecord;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.training.ExampleFile;
import dev.panda.transformer.training.TrainingException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Trains a reward head on a frozen backbone. The readout is chosen by pairs of prompts split off;
 * where a test file judges it, the head is then fit again to all pairs, those included. Terms are
 * clipped and rewards calibrated on training responses, and the accuracy is measured beside two
 * baselines, with terms read as the service reads them.
 *
 * <p>The same options and files give the same head on the same machine.
 */
public final class RewardTraining {
  private static final String METHOD =
      "Bradley-Terry on a frozen backbone, responses whole and cut to 75, 50 and 25 percent";

  /** Enough for a mean and a spread: the latter is then known to 5 % or so. */
  private static final int CALIBRATION_RESPONSES = 256;

  private static final int DEFAULT_LAYERS = 6;

  private final TrainingOptions options;
  private final Progress.Display display;
  private final Consumer<String> notices;

  /**
   * @param notices told, a line each, what people should know and a card does not say
   */
  public RewardTraining(
      TrainingOptions options, Progress.Display display, Consumer<String> notices) {
    this.options = options;
    this.display = display;
    this.notices = notices;
  }

  /**
   * The trained head with its card; nothing is written but the cache of features.
   *
   * @throws TrainingException if it cannot be trained
   * @throws dev.panda.transformer.checkpoint.CheckpointException if the backbone cannot be used
   * @throws IllegalArgumentException if an option does not fit the backbone or the machine
   */
  public RewardModel run() {
    TrainingPairs pairs =
        TrainingPairs.read(options.data(), options.search().validationShare(), options.seed());
    Path path = options.model().path();
    try (Checkpoint checkpoint = Checkpoints.open(path);
        TextEncoder texts = TextEncoder.open(checkpoint)) {
      int maxTokens =
          Math.min(options.model().maxTokens(), checkpoint.config().maxPositionEmbeddings());
      PairEncoder encoder = new PairEncoder(texts, maxTokens);
      EncodedPairs encoded = EncodedPairs.of(pairs, encoder, options.data().skipInvalid(), display);
      notice(pairs, encoded, encoder, maxTokens);
      Backbone backbone = backbone(checkpoint, maxTokens);
      return train(backbone, texts.fingerprint(), encoder, pairs, encoded);
    } catch (RewardException e) {
      throw new TrainingException(e.getMessage() + " (try --numerics float32)", e);
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

  private RewardModel train(
      Backbone backbone,
      String tokenizer,
      PairEncoder encoder,
      TrainingPairs pairs,
      EncodedPairs encoded) {
    String fingerprint = Fingerprint.ofCheckpoint(options.model().path());
    Chosen chosen = choose(backbone, fingerprint, encoded);
    try (Backbone.Terms terms = backbone.terms(chosen.readout().layer(), chosen.head())) {
      TermReader reader = new TermReader(terms);
      RewardModel model = calibrate(reader, tokenizer, chosen, encoded);
      TrainingRecord.Evaluation evaluation =
          evaluate(reader, model, fingerprint, encoder, pairs, encoded);
      TrainingRecord record =
          new TrainingRecord(
              METHOD,
              dataRecord(pairs, encoded),
              selectionRecord(chosen, encoded),
              evaluation,
              fingerprint,
              options.model().numerics().toString(),
              options.seed(),
              options.card().command());
      return new RewardModel(model.card().withTraining(record), model.head());
    }
  }

  /** The readout that won, all of them in order, and the head. */
  private record Chosen(FittedReadout readout, List<FittedReadout> searched, RewardHead head) {}

  private Chosen choose(Backbone backbone, String fingerprint, EncodedPairs encoded) {
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
              space, cache, options.search().poolings(), options.search().penalties());
      List<FittedReadout> searched = search.run(encoded.training(), encoded.validation(), display);
      FittedReadout best = searched.get(0);
      return new Chosen(best, searched, search.refit(best, encoded.fitted()));
    }
  }

  private int[] layers(int depth) {
    List<Integer> asked = options.search().layers();
    if (asked.isEmpty()) {
      return IntStream.rangeClosed(1, DEFAULT_LAYERS)
          .map(i -> (int) Math.ceil((double) depth * i / DEFAULT_LAYERS))
          .distinct()
          .toArray();
    }
    for (int layer : asked) {
      if (layer < 1 || layer > depth) {
        throw new IllegalArgumentException(
            "layers: %d (expected: 1 to %d, the backbone's)".formatted(layer, depth));
      }
    }
    return asked.stream().mapToInt(Integer::intValue).toArray();
  }

  private RewardModel calibrate(
      TermReader reader, String tokenizer, Chosen chosen, EncodedPairs encoded) {
    List<ResponseTokens> drawn =
        EncodedPairs.responses(encoded.fitted()).stream()
            .sorted(Comparator.comparing(ResponseTokens::key))
            .limit(CALIBRATION_RESPONSES)
            .toList();
    RewardScale scale =
        RewardScale.of(
            chosen.readout().layer(),
            chosen.readout().pooling(),
            chosen.head(),
            options.search().clippedShare(),
            reader.read(drawn, display).values());
    RewardCard card =
        new RewardCard(
            options.card().preference(),
            options.card().description(),
            options.model().name(),
            tokenizer,
            scale.readout(),
            scale.calibration(),
            options.card().defaultStrength(),
            Optional.empty());
    return new RewardModel(card, chosen.head());
  }

  private TrainingRecord.Evaluation evaluate(
      TermReader reader,
      RewardModel model,
      String fingerprint,
      PairEncoder encoder,
      TrainingPairs pairs,
      EncodedPairs encoded) {
    List<EncodedPair> judging = encoded.judging();
    Map<ResponseTokens, float[]> rewards;
    try (FeatureCache cache =
        RewardCache.open(options.model().cache(), model, fingerprint, options.model().numerics())) {
      rewards = reader.rewards(model, EncodedPairs.responses(judging), cache, display);
    }
    Evaluation evaluation = Evaluation.of(judging, options.seed());
    Evaluation.Margins margins =
        (pair, cut) ->
            (double) rewards.get(judging.get(pair).chosen())[cut]
                - rewards.get(judging.get(pair).rejected())[cut];
    Baselines baselines = Baselines.fit(encoded, encoder, display);
    List<PairTexts> texts = judging.stream().map(pair -> PairTexts.of(encoder, pair)).toList();
    List<Accuracy> head = evaluation.accuracies(margins);
    List<Accuracy> words =
        evaluation.accuracies((i, cut) -> baselines.bagOfWords().margin(texts.get(i), cut));
    List<Accuracy> counts =
        evaluation.accuracies((i, cut) -> baselines.wordCount().margin(texts.get(i), cut));
    ExampleFile<PreferencePair> file = pairs.test().orElse(pairs.file());
    return new TrainingRecord.Evaluation(
        file.name(),
        file.fingerprint(),
        judging.size(),
        EncodedPairs.prompts(judging),
        IntStream.range(0, Cuts.PERCENTS.size())
            .mapToObj(
                cut ->
                    new HeldOutAccuracy(
                        Cuts.PERCENTS.get(cut), head.get(cut), words.get(cut), counts.get(cut)))
            .toList(),
        evaluation.calibrationError(margins));
  }

  private TrainingRecord.Data dataRecord(TrainingPairs pairs, EncodedPairs encoded) {
    return new TrainingRecord.Data(
        pairs.file().name(),
        pairs.file().fingerprint(),
        options.card().origin(),
        options.card().licence(),
        encoded.fitted().size(),
        EncodedPairs.prompts(encoded.fitted()),
        pairs.file().skipped());
  }

  private static TrainingRecord.Selection selectionRecord(Chosen chosen, EncodedPairs encoded) {
    return new TrainingRecord.Selection(
        encoded.validation().size(),
        EncodedPairs.prompts(encoded.validation()),
        chosen.readout().penalty(),
        encoded.test().isPresent(),
        chosen.searched().stream()
            .map(r -> new TrainingRecord.Searched(r.layer(), r.pooling(), r.accuracy()))
            .toList());
  }
}
