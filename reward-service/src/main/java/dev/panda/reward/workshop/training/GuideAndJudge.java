package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.evaluation.Correlation;
import dev.panda.reward.workshop.features.EngineBackbone;
import dev.panda.reward.workshop.features.FeatureCache;
import dev.panda.reward.workshop.features.FrozenBackbone;
import dev.panda.reward.workshop.features.RewardCache;
import dev.panda.reward.workshop.features.TermReader;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.reward.workshop.training.RewardTraining.Trained;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.Role;
import dev.panda.transformer.reward.TrainingRecord.Counterpart;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Trains two reward models of one preference: a guide, and a judge for the output that the guide
 * steers, because a gain on the guide alone is reward hacking (specification, Evaluation). They
 * share no prompt. The judge is a head that reads another layer or, if there is only one layer,
 * uses another pooling.
 */
public final class GuideAndJudge {
  private final TrainingOptions options;
  private final String judge;
  private final BatchProgress.Display display;
  private final Consumer<String> notices;

  /** Both reward models; each one's card names the other. */
  public record Both(RewardModel guide, RewardModel judge) {}

  /**
   * @param options of the guide
   * @param judge name of the judge's preference
   * @param notices receives lines of information for people that the card does not contain
   */
  public GuideAndJudge(
      TrainingOptions options,
      String judge,
      BatchProgress.Display display,
      Consumer<String> notices) {
    this.options = options;
    this.judge = judge;
    this.display = display;
    this.notices = notices;
  }

  /**
   * Runs {@link RewardTraining#run} twice.
   *
   * @throws TrainingException if one of the two cannot be trained
   * @throws IllegalArgumentException if there is no other readout for the judge
   */
  public Both run() {
    options.search().requireSomewhereElse();
    Trained guide = new RewardTraining(options.guide(), display, notices).train();
    TrainingOptions judging = options.judge(judge, guide.model().card().readout());
    Trained other = new RewardTraining(judging, display, notices).train();
    List<ResponseTokens> responses =
        EncodedPairs.responses(
            Stream.of(guide, other).flatMap(trained -> trained.evaluating().stream()).toList());
    double[] x = rewards(guide, responses);
    double[] y = rewards(other, responses);
    double correlation = Correlation.pearson(x, y);
    double rank = Correlation.spearman(x, y);
    return new Both(
        with(guide.model(), new Counterpart(judge, Role.GUIDE, x.length, correlation, rank)),
        with(
            other.model(),
            new Counterpart(options.card().preference(), Role.JUDGE, x.length, correlation, rank)));
  }

  private static RewardModel with(RewardModel model, Counterpart counterpart) {
    return new RewardModel(
        model.card().withTraining(model.card().training().orElseThrow().with(counterpart)),
        model.head());
  }

  /** Rewards of whole responses: from the cache that the evaluation filled, or computed. */
  private double[] rewards(Trained trained, List<ResponseTokens> responses) {
    TrainingOptions.Model model = options.model();
    try (Checkpoint checkpoint = Checkpoints.open(model.path())) {
      if (trained.ownWeights().isEmpty()) {
        return rewards(trained, responses, checkpoint);
      }
      try (Checkpoint weights =
          OwnWeights.over(
              checkpoint,
              trained.ownWeights().get(),
              trained.model().card().method().orElseThrow())) {
        return rewards(trained, responses, weights);
      }
    }
  }

  private double[] rewards(Trained trained, List<ResponseTokens> responses, Checkpoint weights) {
    TrainingOptions.Model model = options.model();
    int maxTokens = Math.min(model.maxTokens(), weights.config().maxPositionEmbeddings());
    FrozenBackbone backbone =
        new EngineBackbone(
            weights,
            new EngineBackbone.Options(
                model.numerics(), model.device(), model.threads(), maxTokens));
    try (FeatureCache cache =
            RewardCache.open(
                model.cache(),
                trained.model(),
                Fingerprint.of(
                    trained.model().card().training().orElseThrow().backboneFingerprint(),
                    trained.ownWeights()),
                model.numerics());
        FrozenBackbone.Terms terms =
            backbone.terms(trained.model().card().readout().layer(), trained.model().head())) {
      Map<ResponseTokens, float[]> read =
          new TermReader(terms).rewards(trained.model(), responses, cache, display);
      return responses.stream().mapToDouble(response -> read.get(response)[0]).toArray();
    }
  }
}
