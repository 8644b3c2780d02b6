package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.Choice;
import dev.panda.orchestrator.serving.decoding.Interval;
import dev.panda.orchestrator.serving.decoding.Policy;
import dev.panda.orchestrator.serving.decoding.RewardSpread;
import dev.panda.orchestrator.serving.decoding.Rewards;
import dev.panda.orchestrator.serving.decoding.ScoredPrefix;
import dev.panda.orchestrator.serving.decoding.Step;
import dev.panda.orchestrator.serving.generation.GeneratedToken.ScoredStep;
import dev.panda.orchestrator.serving.generation.GeneratedToken.WholeStep;
import dev.panda.orchestrator.serving.port.CandidateStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decodes one response, step by step across the two services (paper, Algorithm 1, lines 4 to 6):
 * the base model's candidates Z, those of them that can win, their rewards, the policy's choice.
 */
final class ResponseDecoding {
  private static final int[] ONLY = {0};

  private final Plan plan;
  private final Policy policy;
  private final Consumer<GeneratedToken> listener;
  private final ResponseText text;
  private final RewardSpread spread;
  private final int foreseen;
  private final List<GeneratedToken> tokens = new ArrayList<>();
  private final Stopwatch onBase = new Stopwatch();
  private final Stopwatch onRewards = new Stopwatch();
  private Optional<ScoredStep> lastScored = Optional.empty();
  private long scored;
  private long pruned;
  private int cachedPromptTokens;
  private int steps;
  private int drafted;

  /**
   * Prepares a new response.
   *
   * @param listener is given each token as it is chosen, while the base model computes the next
   *     step; it may block
   */
  ResponseDecoding(Plan plan, Policy policy, Consumer<GeneratedToken> listener) {
    this(plan, policy, listener, ResponseState.START);
  }

  /**
   * Prepares a response that goes on from a state of another decoding with the same plan.
   *
   * @param policy a new one, as at the response's start
   * @param listener is given each token that is chosen from now on
   */
  ResponseDecoding(
      Plan plan, Policy policy, Consumer<GeneratedToken> listener, ResponseState from) {
    this.plan = plan;
    this.policy = policy;
    this.listener = listener;
    this.text = new ResponseText(plan.request().stops());
    this.spread = new RewardSpread(plan.routes().size());
    this.foreseen = plan.ahead().foreseen();
    policy.resume(from.policy());
    for (GeneratedToken token : from.accepted()) {
      tokens.add(token);
      text.append(token.bytes());
    }
  }

  /** Where the response stands after its last token, for another decoding to go on from. */
  ResponseState state() {
    return new ResponseState(tokens, policy.state());
  }

  /**
   * Runs to the response's end. Its rewards are those that guided it; none if nothing did. The work
   * is that of this run, but for the tokens, which are all.
   *
   * @throws dev.panda.orchestrator.serving.port.ServiceException if a service fails
   * @throws dev.panda.orchestrator.serving.decoding.DecodingException if a step cannot be decided
   */
  Response run() {
    try (ResponseStreams streams =
        onBase.on(
            () ->
                ResponseStreams.open(
                    plan,
                    state(),
                    policy.usesRewards(),
                    reach(ScoredPrefix.empty(plan.routes().size()))))) {
      return streams.rewards().isPresent()
          ? guided(streams, streams.rewards().get())
          : unguided(streams);
    }
  }

  private Response unguided(ResponseStreams streams) {
    FinishReason reason =
        decode(
            streams,
            (step, z) -> new Decision(policy.choose(step, Rewards.NONE), Optional.empty()));
    return finished(reason, new double[0]);
  }

  private Response guided(ResponseStreams streams, RewardStreams rewards) {
    FinishReason reason = decode(streams, (step, z) -> decide(step, z, streams.base(), rewards));
    return finished(reason, rewardsOfResponse(streams.base(), rewards));
  }

  /** A step's choice, with the rewards that it was made with. */
  private record Decision(Choice choice, Optional<ScoredStep> scored) {}

  /** Chooses a step's token. */
  private interface Decider {
    Decision decide(Step step, CandidateStep z);
  }

  private FinishReason decode(ResponseStreams streams, Decider decider) {
    DraftedCandidates base = streams.base();
    Optional<FinishReason> end = end();
    while (end.isEmpty()) {
      CandidateStep z = onBase.on(base::candidates);
      cachedPromptTokens += steps == 0 ? z.cachedPromptTokens() : 0;
      steps++;
      int t = tokens.size();
      Step step = new Step(t, plan.request().maxTokens(), z.candidates());
      GeneratedToken chosen = append(t, z, decider.decide(step, z));
      end = end();
      if (end.isEmpty()) {
        base.accept(chosen.id(), reach(streams));
      }
      listener.accept(chosen);
    }
    drafted = base.hits();
    return end.get();
  }

  private double reach(ResponseStreams streams) {
    return streams
        .rewards()
        .map(rewards -> reach(rewards.prefix()))
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** How far below the likeliest a candidate of the next step may lie and still win, in nats. */
  private double reach(ScoredPrefix prefix) {
    int t = tokens.size();
    return plan.scoresAll() || !policy.usesRewards()
        ? Double.POSITIVE_INFINITY
        : policy.reach(t, plan.request().maxTokens(), plan.rewards().bounds(t, prefix));
  }

  /** Why the response ends with its last token; empty if it goes on. */
  private Optional<FinishReason> end() {
    if (tokens.isEmpty()) {
      return Optional.empty();
    }
    if (plan.model().endTokenIds().contains(last().id())) {
      return Optional.of(FinishReason.END_TOKEN);
    }
    if (text.isStopped()) {
      return Optional.of(FinishReason.STOP_STRING);
    }
    return tokens.size() >= plan.request().maxTokens()
        ? Optional.of(FinishReason.LENGTH)
        : Optional.empty();
  }

  private GeneratedToken last() {
    return tokens.get(tokens.size() - 1);
  }

  private GeneratedToken append(int t, CandidateStep z, Decision decision) {
    int chosen = decision.choice.candidate();
    GeneratedToken token =
        new GeneratedToken(
            t,
            z.candidates().ids()[chosen],
            z.bytes().get(chosen),
            text.append(z.bytes().get(chosen)),
            z.candidates().logProbabilities()[chosen],
            z.candidates().rank(chosen),
            decision.choice,
            plan.request().allCandidates()
                ? Optional.of(new WholeStep(z, decision.scored))
                : Optional.empty());
    tokens.add(plan.request().tellsAtTheEnd() ? token : token.withoutStep());
    lastScored = decision.scored;
    return token;
  }

  private Decision decide(
      Step step, CandidateStep told, DraftedCandidates base, RewardStreams rewards) {
    if (step.t() > 0) {
      rewards.accept(last().id());
    }
    rewards.tell(told);
    Interval bounds = plan.rewards().bounds(step.t(), rewards.prefix());
    int[] survivors = plan.scoresAll() ? all(step) : policy.survivors(step, bounds);
    if (survivors.length == 1 && step.candidates().size() > 1) {
      pruned += step.candidates().size() - 1;
      return new Decision(Choice.unscored(survivors[0]), Optional.empty());
    }
    base.foresee(likelyWinners(step, survivors));
    ScoredStep some = score(step, first(survivors, rewards.told()), rewards);
    int[] contenders =
        some.rewards().candidates().length == survivors.length
            ? new int[0]
            : contenders(step, bounds, survivors, some.rewards());
    ScoredStep all = some;
    if (contenders.length > 0) {
      int furthest = contenders[contenders.length - 1] + 1;
      rewards.tellFurther(onBase.on(() -> base.further(furthest)));
      all = score(step, first(survivors, furthest), rewards);
    }
    scored += all.rewards().candidates().length;
    pruned += step.candidates().size() - all.rewards().candidates().length;
    spread.add(all.matrix());
    return new Decision(policy.choose(step, all.rewards()), Optional.of(all));
  }

  /** The tokens whose next steps the base model can compute while reward services score them. */
  private int[] likelyWinners(Step step, int[] survivors) {
    boolean goesOn = step.t() + 1 < plan.request().maxTokens();
    return Arrays.stream(survivors)
        .limit(goesOn ? foreseen : 0)
        .map(i -> step.candidates().ids()[i])
        .filter(id -> !plan.model().endTokenIds().contains(id))
        .toArray();
  }

  private ScoredStep score(Step step, int[] candidates, RewardStreams rewards) {
    double[] matrix = onRewards.on(() -> rewards.score(candidates, step.candidates().ids()));
    return new ScoredStep(plan.rewards().of(step.t(), candidates, matrix), matrix);
  }

  /** The candidates that need rewards although the likelier ones have theirs. */
  private int[] contenders(Step step, Interval bounds, int[] survivors, Rewards some) {
    return plan.scoresAll() || some.candidates().length == 0
        ? Arrays.copyOfRange(survivors, some.candidates().length, survivors.length)
        : policy.contenders(step, bounds, some);
  }

  private static int[] first(int[] candidates, int end) {
    return Arrays.stream(candidates).filter(i -> i < end).toArray();
  }

  private static int[] all(Step step) {
    return step.candidates().all().toArray();
  }

  /** Asks for the reward of the last token if its step did not need it, or only estimated it. */
  private double[] rewardsOfResponse(DraftedCandidates base, RewardStreams rewards) {
    GeneratedToken last = last();
    boolean estimated = plan.routes().stream().anyMatch(route -> route.preference().tokenHead());
    if (!estimated && (lastScored.isPresent() || plan.held().isEmpty())) {
      double[] row =
          lastScored
              .map(step -> row(step, last.choice().candidate()))
              .orElseGet(() -> onRewards.on(() -> rewards.score(ONLY, new int[] {last.id()})));
      return plan.rewards().ofResponse(row, rewards.prefix());
    }
    rewards.accept(last.id());
    if (!plan.held().isEmpty()) {
      if (steps > 0) { // otherwise the stream was opened with it
        base.acceptLast(last.id());
      }
      rewards.tell(onBase.on(base::candidates));
    }
    return onRewards.on(rewards::ofResponse);
  }

  private double[] row(ScoredStep step, int candidate) {
    int preferences = plan.routes().size();
    int row = Arrays.binarySearch(step.rewards().candidates(), candidate);
    return Arrays.copyOfRange(step.matrix(), row * preferences, (row + 1) * preferences);
  }

  private Response finished(FinishReason reason, double[] rewards) {
    Work work =
        new Work(
            tokens.size(),
            scored,
            pruned,
            cachedPromptTokens,
            drafted,
            onBase.total(),
            onRewards.total());
    return new Response(tokens, text.finish(), reason, rewards, spread.indifferent(), work);
  }
}
