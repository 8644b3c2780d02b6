package dev.panda.reward.workshop.training;

import dev.panda.reward.serving.head.Accuracy;
import dev.panda.reward.serving.head.HeldOutAccuracy;
import dev.panda.reward.serving.head.RewardCard;
import dev.panda.reward.serving.head.RewardHead;
import dev.panda.reward.serving.head.RewardModel;
import dev.panda.reward.serving.head.TrainingMethod;
import dev.panda.reward.serving.head.TrainingRecord;
import dev.panda.reward.serving.model.Fingerprint;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.evaluation.Baselines;
import dev.panda.reward.workshop.evaluation.Evaluation;
import dev.panda.reward.workshop.evaluation.PairTexts;
import dev.panda.reward.workshop.features.FeatureCache;
import dev.panda.reward.workshop.features.FrozenBackbone;
import dev.panda.reward.workshop.features.RewardCache;
import dev.panda.reward.workshop.features.TermReader;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.PairEncoder;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.reward.workshop.pairs.TrainingPairs;
import dev.panda.transformer.workshop.training.ExampleFile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes a reward model from a trained head. It chooses the clip and calibrates rewards on training
 * responses, and measures the accuracy beside two baselines, with terms read as the service reads
 * them.
 */
record RewardModelBuilder(
    TrainingOptions options,
    BatchProgress.Display display,
    String backboneFingerprint,
    Texts texts,
    TrainingPairs pairs,
    EncodedPairs encoded) {
  /** Enough responses for a mean and a standard deviation, which is then known to about 5 %. */
  private static final int CALIBRATION_RESPONSES = 256;

  /** The encoders of pairs and of their texts. */
  record Texts(PairEncoder pairs, TextEncoder encoder) {}

  /**
   * Makes the reward model: the head with its card.
   *
   * @param adapted empty if the backbone stayed frozen
   * @param backbone the backbone that the head reads, with the head's own weights if there are any
   */
  RewardModel of(
      RewardTraining.Chosen chosen,
      RewardHead head,
      Optional<BackboneAdaptation.Adapted> adapted,
      FrozenBackbone backbone) {
    try (FrozenBackbone.Terms terms = backbone.terms(chosen.readout().layer(), head)) {
      TermReader reader = new TermReader(terms);
      RewardModel model = calibrate(reader, chosen.readout(), head);
      TrainingRecord record =
          new TrainingRecord(
              method(),
              dataRecord(),
              selectionRecord(chosen),
              adapted.map(RewardModelBuilder::adaptationRecord),
              evaluate(reader, model, adapted.map(BackboneAdaptation.Adapted::folder)),
              Optional.empty(),
              backboneFingerprint,
              options.model().numerics().toString(),
              options.seed(),
              options.card().command());
      return new RewardModel(model.card().withTraining(record), head);
    }
  }

  private String method() {
    String what =
        options
            .adaptation()
            .map(
                adaptation ->
                    switch (adaptation.method()) {
                      case HEAD -> throw new IllegalStateException("method head adapts nothing");
                      case LOW_RANK -> "with low-rank adapters of the backbone";
                      case FULL -> "with all weights of the backbone";
                    })
            .orElse("on a frozen backbone");
    String cuts =
        switch (options.search().cuts()) {
          case QUARTERS -> "whole and cut to 75, 50 and 25 percent";
          case RANDOM -> "whole and cut to three eighths drawn for each prompt";
          case EVERY -> "whole and cut to every eighth";
        };
    return "Bradley-Terry %s, responses %s".formatted(what, cuts);
  }

  /**
   * The pairs that were trained on. An adaptation excludes the validation pairs, which decide when
   * it ends.
   */
  private List<EncodedPair> fitted() {
    return options.adaptation().isPresent() ? encoded.training() : encoded.fitted();
  }

  private RewardModel calibrate(TermReader reader, FittedReadout readout, RewardHead head) {
    List<ResponseTokens> drawn =
        EncodedPairs.responses(fitted()).stream()
            .sorted(Comparator.comparing(ResponseTokens::key))
            .limit(CALIBRATION_RESPONSES)
            .toList();
    RewardScale scale =
        RewardScale.of(
            readout.layer(),
            readout.pooling(),
            head,
            options.search().clippedShare(),
            reader.read(drawn, display).values());
    RewardCard card =
        new RewardCard(
            options.card().preference(),
            options.card().description(),
            options.model().name(),
            texts.encoder().fingerprint(),
            Optional.of(
                options.adaptation().map(AdaptationOptions::method).orElse(TrainingMethod.HEAD)),
            scale.readout(),
            scale.calibration(),
            options.card().defaultStrength(),
            Optional.empty(),
            Optional.empty());
    return new RewardModel(card, head);
  }

  private TrainingRecord.Evaluation evaluate(
      TermReader reader, RewardModel model, Optional<Path> ownWeights) {
    List<EncodedPair> evaluating = encoded.evaluating();
    Map<ResponseTokens, float[]> rewards;
    try (FeatureCache cache =
        RewardCache.open(
            options.model().cache(),
            model,
            Fingerprint.of(backboneFingerprint, ownWeights),
            options.model().numerics())) {
      rewards = reader.rewards(model, EncodedPairs.responses(evaluating), cache, display);
    }
    Evaluation evaluation = Evaluation.of(evaluating, options.seed());
    Evaluation.Margins margins =
        (pair, cut) ->
            (double) rewards.get(evaluating.get(pair).chosen())[cut]
                - rewards.get(evaluating.get(pair).rejected())[cut];
    Baselines baselines = Baselines.fit(encoded, texts.pairs(), display);
    List<PairTexts> words =
        evaluating.stream().map(pair -> PairTexts.of(texts.pairs(), pair)).toList();
    List<Accuracy> head = evaluation.accuracies(margins);
    List<Accuracy> bagOfWords =
        evaluation.accuracies((i, cut) -> baselines.bagOfWords().margin(words.get(i), cut));
    List<Accuracy> counts =
        evaluation.accuracies((i, cut) -> baselines.wordCount().margin(words.get(i), cut));
    ExampleFile<PreferencePair> file = pairs.test().orElse(pairs.file());
    return new TrainingRecord.Evaluation(
        file.name(),
        file.fingerprint(),
        evaluating.size(),
        EncodedPairs.prompts(evaluating),
        IntStream.range(0, Cuts.PERCENTS.size())
            .mapToObj(
                cut ->
                    new HeldOutAccuracy(
                        Cuts.PERCENTS.get(cut),
                        head.get(cut),
                        bagOfWords.get(cut),
                        counts.get(cut)))
            .toList(),
        evaluation.calibrationError(margins));
  }

  private TrainingRecord.Data dataRecord() {
    return new TrainingRecord.Data(
        pairs.file().name(),
        pairs.file().fingerprint(),
        options.card().origin(),
        options.card().licence(),
        fitted().size(),
        EncodedPairs.prompts(fitted()),
        pairs.file().skipped());
  }

  private TrainingRecord.Selection selectionRecord(RewardTraining.Chosen chosen) {
    return new TrainingRecord.Selection(
        encoded.validation().size(),
        EncodedPairs.prompts(encoded.validation()),
        chosen.readout().penalty(),
        encoded.test().isPresent() && options.adaptation().isEmpty(),
        chosen.searched().stream()
            .map(r -> new TrainingRecord.Searched(r.layer(), r.pooling(), r.accuracy()))
            .toList());
  }

  private static TrainingRecord.Adaptation adaptationRecord(BackboneAdaptation.Adapted adapted) {
    return new TrainingRecord.Adaptation(
        adapted.weights(),
        adapted.state().update(),
        adapted.state().best().update(),
        adapted.state().measurements().stream()
            .map(m -> new TrainingRecord.Measurement(m.update(), m.loss(), m.accuracy()))
            .toList());
  }
}
