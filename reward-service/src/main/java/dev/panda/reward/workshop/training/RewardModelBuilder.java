package dev.panda.reward.workshop.training;

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
import dev.panda.transformer.reward.Accuracy;
import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.HeldOutAccuracy;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardHead;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.TrainingMethod;
import dev.panda.transformer.reward.TrainingRecord;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.workshop.training.ExampleFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes a reward model from a trained head. It chooses the clip and calibrates rewards on a sample
 * of the training responses, and measures the accuracy beside two baselines, with terms read as the
 * service reads them. If the backbone stayed frozen, the sample's terms come from the pass that
 * made the features; else the sample is read again, with the new weights.
 */
record RewardModelBuilder(
    TrainingOptions options,
    BatchProgress.Display display,
    String backboneFingerprint,
    Texts texts,
    TrainingPairs pairs,
    EncodedPairs encoded) {
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
    List<float[]> sample = chosen.sample().terms(chosen.readout().layer(), head);
    if (chosen.heldOut().isPresent()) {
      RewardModel model = calibrated(chosen, head, sample);
      cache(model, chosen.heldOut().get());
      return recorded(model, chosen, adapted, sample, chosen.heldOut().get());
    }
    try (FrozenBackbone.Terms terms = backbone.terms(chosen.readout().layer(), head)) {
      TermReader reader = new TermReader(terms);
      if (adapted.isPresent()) {
        List<ResponseTokens> drawn = CalibrationSample.draw(EncodedPairs.responses(fitted()));
        sample = List.copyOf(reader.read(drawn, display).values());
      }
      RewardModel model = calibrated(chosen, head, sample);
      Optional<Path> ownWeights = adapted.map(BackboneAdaptation.Adapted::folder);
      return recorded(model, chosen, adapted, sample, rewards(reader, model, ownWeights));
    }
  }

  /**
   * Measures heads on the validation pairs, whose responses it reads once, when the heads are
   * fitted.
   */
  ServedHeads served(CalibrationSample sample, FrozenBackbone backbone) {
    return new ServedHeads(
        encoded.validation(),
        backbone,
        fitted -> clipped(fitted, sample),
        models ->
            RewardCache.open(
                options.model().cache(), models, backboneFingerprint, options.model().numerics()),
        display);
  }

  private RewardModel clipped(FittedHead fitted, CalibrationSample sample) {
    RewardHead head = fitted.head().folded();
    Readout readout =
        RewardScale.readout(
            fitted.layer(),
            fitted.pooling(),
            head,
            options.search().clippedShare(),
            sample.terms(fitted.layer(), head));
    return new RewardModel(card(new RewardScale(readout, Calibration.NONE)), head);
  }

  private RewardModel recorded(
      RewardModel model,
      RewardTraining.Chosen chosen,
      Optional<BackboneAdaptation.Adapted> adapted,
      List<float[]> sample,
      Map<ResponseTokens, float[]> rewards) {
    TrainingRecord record =
        new TrainingRecord(
            method(),
            dataRecord(),
            selectionRecord(chosen),
            adapted.map(RewardModelBuilder::adaptationRecord),
            Optional.of(
                new TrainingRecord.CalibrationSample(
                    sample.size(),
                    sample.stream().mapToInt(read -> read.length).sum(),
                    adapted.isPresent())),
            evaluate(rewards),
            Optional.empty(),
            backboneFingerprint,
            options.model().numerics().toString(),
            options.seed(),
            options.card().command());
    return new RewardModel(model.card().withTraining(record), model.head());
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

  /**
   * @param sample w · h of each token of the responses to calibrate on
   */
  private RewardModel calibrated(
      RewardTraining.Chosen chosen, RewardHead head, List<float[]> sample) {
    return new RewardModel(
        card(
            RewardScale.of(
                chosen.readout().layer(),
                chosen.readout().pooling(),
                head,
                options.search().clippedShare(),
                sample)),
        head);
  }

  private RewardCard card(RewardScale scale) {
    return new RewardCard(
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
  }

  /** Reads the rewards of the evaluating responses that the cache lacks. */
  private Map<ResponseTokens, float[]> rewards(
      TermReader reader, RewardModel model, Optional<Path> ownWeights) {
    try (FeatureCache cache = cache(model, ownWeights)) {
      return reader.rewards(model, EncodedPairs.responses(encoded.evaluating()), cache, display);
    }
  }

  /** Adds rewards to the cache that {@code reward-report} reads too. */
  private void cache(RewardModel model, Map<ResponseTokens, float[]> rewards) {
    try (FeatureCache cache = cache(model, Optional.empty())) {
      rewards.forEach(
          (response, its) -> {
            if (!cache.contains(response)) {
              cache.add(response, its);
            }
          });
    }
  }

  private FeatureCache cache(RewardModel model, Optional<Path> ownWeights) {
    return RewardCache.open(
        options.model().cache(),
        model,
        Fingerprint.of(backboneFingerprint, ownWeights),
        options.model().numerics());
  }

  private TrainingRecord.Evaluation evaluate(Map<ResponseTokens, float[]> rewards) {
    List<EncodedPair> evaluating = encoded.evaluating();
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
