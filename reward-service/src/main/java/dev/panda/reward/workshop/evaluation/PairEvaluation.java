package dev.panda.reward.workshop.evaluation;

import dev.panda.reward.serving.model.RewardLoader;
import dev.panda.reward.serving.model.RewardOptions;
import dev.panda.reward.serving.model.RewardParts;
import dev.panda.reward.serving.model.ServedRewards;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.InFlight;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.features.FeatureCache;
import dev.panda.reward.workshop.features.RewardCache;
import dev.panda.reward.workshop.features.TermReader;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.PairEncoder;
import dev.panda.reward.workshop.pairs.PairFormat;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.reward.workshop.pairs.PromptOrder;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.reward.Accuracy;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.ExampleReader;
import dev.panda.transformer.workshop.training.TrainingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Evaluates all reward models of one backbone on all files of pairs. Reward models that read the
 * same weights share one pass over a response. The rewards go to the cache that training also uses
 * for evaluation.
 */
public final class PairEvaluation {
  private final Options options;
  private final BatchProgress.Display display;
  private final Consumer<String> notices;

  /**
   * The options of an evaluation.
   *
   * @param backbone folder or file of the backbone
   * @param rewards which reward models to load, and how to run them
   * @param files of pairs
   * @param maxPairs largest number of pairs from a file; from larger files this many are drawn
   * @param maxTokens largest number of tokens of prompt and response together; longer responses are
   *     cut
   * @param skipInvalid whether to skip unusable pairs
   * @param cache folder of cached rewards
   * @param seed for the draw and the intervals
   */
  public record Options(
      Path backbone,
      RewardOptions rewards,
      List<Path> files,
      int maxPairs,
      int maxTokens,
      boolean skipInvalid,
      Path cache,
      long seed) {
    public Options {
      files = files.stream().distinct().toList();
    }
  }

  /** A file and its pairs to evaluate. */
  private record Pairs(Path path, ExampleFile<PreferencePair> file, List<EncodedPair> encoded) {}

  /** A reward model's raw rewards for the responses, at each cut. */
  private record Rewards(RewardCard card, Map<ResponseTokens, float[]> of) {}

  /**
   * @param notices receives a line for each kind of omission or cut
   */
  public PairEvaluation(Options options, BatchProgress.Display display, Consumer<String> notices) {
    this.options = options;
    this.display = display;
    this.notices = notices;
  }

  /**
   * Runs the evaluation. Returns the reports by file, and within a file in the order of {@link
   * RewardParts}.
   *
   * @throws TrainingException if a file cannot be used, or a response cannot be scored
   * @throws dev.panda.transformer.checkpoint.CheckpointException if the backbone cannot be used
   * @throws dev.panda.transformer.reward.RewardModelException if a reward model cannot be used
   * @throws IllegalArgumentException if an option does not fit the backbone or the machine
   */
  public List<PairReport> run() {
    List<Pairs> files = read();
    List<ResponseTokens> responses =
        EncodedPairs.responses(files.stream().flatMap(file -> file.encoded.stream()).toList());
    String backbone = Fingerprint.ofCheckpoint(options.backbone());
    List<Rewards> rewards = new ArrayList<>();
    for (RewardOptions part : RewardParts.of(options.rewards())) {
      try (ServedRewards served = new RewardLoader(part, notices).load()) {
        String fingerprint = Fingerprint.of(backbone, served.ownWeights());
        rewards.addAll(rewards(served, fingerprint, responses));
      }
    }
    return files.stream()
        .flatMap(file -> rewards.stream().map(model -> report(file, model)))
        .toList();
  }

  private List<Pairs> read() {
    ExampleReader<PreferencePair> reader =
        new ExampleReader<>(PairFormat.PAIRS, options.skipInvalid());
    List<ExampleFile<PreferencePair>> files = options.files().stream().map(reader::read).toList();
    try (Checkpoint checkpoint = Checkpoints.open(options.backbone());
        TextEncoder texts = TextEncoder.open(checkpoint)) {
      int maxTokens =
          Math.min(
              options.maxTokens(), options.rewards().running().contextLength(checkpoint.config()));
      PairEncoder encoder = new PairEncoder(texts, maxTokens);
      List<Pairs> pairs =
          IntStream.range(0, files.size())
              .mapToObj(i -> encode(options.files().get(i), files.get(i), encoder))
              .toList();
      if (encoder.shortened() > 0) {
        notices.accept(
            "%d responses cut to fit %d tokens.".formatted(encoder.shortened(), maxTokens));
      }
      return pairs;
    }
  }

  private Pairs encode(Path path, ExampleFile<PreferencePair> file, PairEncoder encoder) {
    List<PreferencePair> drawn =
        new PromptOrder(options.seed()).limit(file.examples(), options.maxPairs());
    List<EncodedPair> encoded =
        EncodedPairs.of(file, drawn, encoder, options.skipInvalid(), display);
    int skipped = file.skipped() + drawn.size() - encoded.size();
    if (skipped > 0) {
      notices.accept(
          "%s: %d lines skipped, because they contain no usable pair.".formatted(path, skipped));
    }
    return new Pairs(path, file, encoded);
  }

  /** The rewards by each model. Models with equal rewards share a cache. */
  private List<Rewards> rewards(
      ServedRewards served, String fingerprint, Collection<ResponseTokens> responses) {
    List<FeatureCache> caches = new ArrayList<>();
    try {
      for (RewardModel model : served.models()) {
        int same =
            IntStream.range(0, caches.size())
                .filter(m -> served.models().get(m).rewardsLike(model))
                .findFirst()
                .orElse(-1);
        caches.add(
            same >= 0
                ? caches.get(same)
                : RewardCache.open(
                    options.cache(), model, fingerprint, options.rewards().running().numerics()));
      }
      score(served, responses, caches);
      return IntStream.range(0, caches.size())
          .mapToObj(m -> new Rewards(served.models().get(m).card(), held(caches.get(m), responses)))
          .toList();
    } finally {
      caches.forEach(FeatureCache::close);
    }
  }

  /** Adds the missing rewards to a cache. */
  private void score(
      ServedRewards served, Collection<ResponseTokens> responses, List<FeatureCache> caches) {
    List<ResponseTokens> missing =
        responses.stream()
            .filter(response -> !caches.stream().allMatch(cache -> cache.contains(response)))
            .toList();
    try (BatchProgress progress = display.start("Rewards", missing.size())) {
      InFlight.run(
          missing,
          response -> served.read(response.tokens(), response.start()),
          (response, readouts) -> {
            for (int m = 0; m < caches.size(); m++) {
              if (!caches.get(m).contains(response)) {
                float[] read = column(readouts, m);
                RewardModel model = served.models().get(m);
                caches.get(m).add(response, TermReader.rewards(model, response, read));
              }
            }
            progress.advance(1);
          });
    }
  }

  private static float[] column(float[][] readouts, int model) {
    float[] column = new float[readouts.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = readouts[i][model];
    }
    return column;
  }

  private static Map<ResponseTokens, float[]> held(
      FeatureCache cache, Collection<ResponseTokens> responses) {
    Map<ResponseTokens, float[]> held = new HashMap<>();
    responses.forEach(r -> held.put(r, cache.read(r, 0, Cuts.PERCENTS.size())));
    return held;
  }

  private PairReport report(Pairs file, Rewards model) {
    List<EncodedPair> pairs = file.encoded;
    RewardCard card = model.card;
    Map<ResponseTokens, float[]> rewards = model.of;
    Evaluation evaluation = Evaluation.of(pairs, options.seed());
    Evaluation.Margins margins =
        (pair, cut) ->
            (double) rewards.get(pairs.get(pair).chosen())[cut]
                - rewards.get(pairs.get(pair).rejected())[cut];
    List<Accuracy> accuracies = evaluation.accuracies(margins);
    double[] chosen = pairs.stream().mapToDouble(p -> rewards.get(p.chosen())[0]).toArray();
    double[] rejected = pairs.stream().mapToDouble(p -> rewards.get(p.rejected())[0]).toArray();
    return new PairReport(
        file.path.toString(),
        file.file.fingerprint(),
        pairs.size(),
        EncodedPairs.prompts(pairs),
        card,
        card.training().filter(t -> t.data().sha256().equals(file.file.fingerprint())).isPresent(),
        IntStream.range(0, Cuts.PERCENTS.size())
            .mapToObj(
                cut -> new PairReport.CutAccuracy(Cuts.PERCENTS.get(cut), accuracies.get(cut)))
            .toList(),
        evaluation.calibrationError(margins),
        evaluation.reliability(margins),
        PairReport.Spread.of(
            DoubleStream.concat(DoubleStream.of(chosen), DoubleStream.of(rejected)).toArray()),
        DoubleStream.of(chosen).map(card.calibration()::normalise).toArray(),
        DoubleStream.of(rejected).map(card.calibration()::normalise).toArray());
  }
}
