package dev.panda.orchestrator.workshop.ask;

import dev.panda.api.generation.v1.BaseScore;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.LambdaFunction;
import dev.panda.api.generation.v1.LambdaMode;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.RewardUnit;
import dev.panda.api.generation.v1.WeightedPreference;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The options that say how a response is generated. The orchestrator decides about options that are
 * not given.
 */
public final class GenerationOptions {
  @Option(
      names = {"-p", "--preference"},
      paramLabel = "NAME[=WEIGHT]",
      converter = PreferenceConverter.class,
      description =
          "A preference to follow; repeat it to follow several. A negative weight avoids it.")
  private List<WeightedPreference> preferences = new ArrayList<>();

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      converter = ProtoEnumConverter.OfMethod.class,
      completionCandidates = ProtoEnumConverter.OfMethod.class,
      description =
          "How tokens are chosen: ${COMPLETION-CANDIDATES}. Default: panda if you name a preference"
              + " or a λ.")
  private Method method;

  /** What {@code -m} once meant here; elsewhere it is the model. */
  @Option(names = "-m", hidden = true, paramLabel = "METHOD", converter = OldMethod.class)
  Method oldMethod;

  @Option(
      names = {"-l", "--lambda"},
      paramLabel = "SHAPE:NUMBERS",
      converter = LambdaConverter.class,
      description = {
        "A function of Λ: the strength λ at step t, from 0. Repeat it for several:",
        "constant:c          c; a number alone means the same",
        "linear:c,a          c·(1 + a·t)",
        "exponential:c,τ     c·exp(−t/τ)",
        "cosine:c[,T]        c at first, 0 at step T",
        "warm-up:c,w         from c/w to c in w steps",
        "entropy:c           c·H/log|V|, H the base entropy",
        "kl-budget:ε,λmax    largest λ ≤ λmax with KL ≤ ε",
        "c is the strength, a the growth a step, τ the steps to c/e, T the last step (default:"
            + " --max-tokens), w the steps to full strength, ε nats a step."
      })
  private List<LambdaFunction> lambdas = new ArrayList<>();

  @Option(
      names = "--lambda-mode",
      paramLabel = "MODE",
      converter = ProtoEnumConverter.OfLambdaMode.class,
      completionCandidates = ProtoEnumConverter.OfLambdaMode.class,
      description = "How several functions are used: ${COMPLETION-CANDIDATES} (default: joint).")
  private LambdaMode lambdaMode;

  @Option(
      names = "--max-mean-kl",
      paramLabel = "KL",
      description = "With per-lambda: largest mean KL of a response to keep it, nats a token.")
  private Double maxMeanKl;

  @Option(
      names = "--base-score",
      paramLabel = "SCORE",
      converter = ProtoEnumConverter.OfBaseScore.class,
      completionCandidates = ProtoEnumConverter.OfBaseScore.class,
      description =
          "The base model's part of a score: ${COMPLETION-CANDIDATES} (default: log-probability).")
  private BaseScore baseScore;

  @Option(
      names = "--reward-unit",
      paramLabel = "UNIT",
      converter = ProtoEnumConverter.OfRewardUnit.class,
      completionCandidates = ProtoEnumConverter.OfRewardUnit.class,
      description =
          "Units of rewards: ${COMPLETION-CANDIDATES} (default: normalised, raw with args-…).")
  private RewardUnit rewardUnit;

  @Mixin private SamplingOptions sampling;

  @Option(
      names = "--best-of",
      paramLabel = "N",
      description = "Responses that best-of-n draws (default: 8).")
  private Integer bestOf;

  @Option(
      names = "--args-weight",
      paramLabel = "X",
      description = "Weight of the reward with args-… (default: 1).")
  private Double argsWeight;

  @Option(
      names = "--no-pruning",
      description = "Also score candidates that cannot win; the tokens are the same.")
  private boolean noPruning;

  @Option(
      names = "--no-drafting",
      description = "Compute tokens one by one even where text repeats; the tokens are the same.")
  private boolean noDrafting;

  GenerationOptions() {
    this(new SamplingOptions());
  }

  /** Options of which only the sampling can be set; responses are unaligned. */
  public GenerationOptions(SamplingOptions sampling) {
    this.sampling = sampling;
  }

  public Long seed() {
    return sampling.seed();
  }

  /** The unit of the rewards: the requested one, or the method's. */
  String rewardUnit() {
    boolean args = method == Method.METHOD_ARGS_GREEDY || method == Method.METHOD_ARGS_STOCHASTIC;
    return rewardUnit == RewardUnit.REWARD_UNIT_RAW || (rewardUnit == null && args)
        ? "raw"
        : "normalised";
  }

  List<WeightedPreference> preferences() {
    return preferences;
  }

  void preferences(List<WeightedPreference> preferences) {
    this.preferences = preferences;
  }

  void lambdas(List<LambdaFunction> lambdas) {
    this.lambdas = lambdas;
  }

  void method(Method method) {
    this.method = method;
  }

  /**
   * Starts a request that lacks only its prompt.
   *
   * @param withoutPreference the method if neither a method nor a preference nor a λ is named
   */
  public GenerateRequest.Builder request(Method withoutPreference) {
    GenerateRequest.Builder request =
        GenerateRequest.newBuilder()
            .addAllPreferences(preferences)
            .addAllLambdas(lambdas)
            .setNoPruning(noPruning)
            .setNoDrafting(noDrafting);
    sampling.addTo(request);
    if (method != null) {
      request.setMethod(method);
    } else if (preferences.isEmpty() && lambdas.isEmpty()) {
      request.setMethod(withoutPreference);
    }
    if (lambdaMode != null) {
      request.setLambdaMode(lambdaMode);
    }
    if (maxMeanKl != null) {
      request.setMaxMeanKl(maxMeanKl);
    }
    if (baseScore != null) {
      request.setBaseScore(baseScore);
    }
    if (rewardUnit != null) {
      request.setRewardUnit(rewardUnit);
    }
    if (bestOf != null) {
      request.setN(bestOf);
    }
    if (argsWeight != null) {
      request.setArgsWeight(argsWeight);
    }
    return request;
  }

  /** Refuses a method under the letter of the model. */
  static final class OldMethod implements ITypeConverter<Method> {
    @Override
    public Method convert(String text) {
      throw new TypeConversionException(
          "%s (expected: --method %1$s; -m names a model, and the services have theirs)"
              .formatted(text));
    }
  }
}
