package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.client.BaseStep;
import dev.panda.orchestrator.serving.client.DecodeCall;
import dev.panda.orchestrator.serving.decoding.Candidates;
import dev.panda.orchestrator.serving.decoding.Choice;
import dev.panda.orchestrator.serving.decoding.Policy;
import dev.panda.orchestrator.serving.decoding.Rewards;
import dev.panda.orchestrator.serving.decoding.ScoredPrefix;
import dev.panda.orchestrator.serving.decoding.Step;
import dev.panda.orchestrator.serving.generation.GeneratedToken.ScoredStep;
import dev.panda.orchestrator.serving.generation.GeneratedToken.WholeStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decodes one response, step by step across the two services (paper, Algorithm 1, lines 4 to 6):
 * the base service's candidates Z, those of them that can win, their rewards, the policy's choice.
 */
final class ResponseDecoding {
  private final Plan plan;
  private final Policy policy;
  private final Consumer<GeneratedToken> listener;
  private final ResponseText text;
  private final List<GeneratedToken> tokens = new ArrayList<>();
  private final Stopwatch onBase = new Stopwatch();
  private final Stopwatch onRewards = new Stopwatch();
  private Optional<ScoredStep> lastScored = Optional.empty();
  private long scored;
  private long pruned;

  /**
   * @param listener told of each token as it is chosen
   */
  ResponseDecoding(Plan plan, Policy policy, Consumer<GeneratedToken> listener) {
    this.plan = plan;
    this.policy = policy;
    this.listener = listener;
    this.text = new ResponseText(plan.request().stops());
  }

  /**
   * Runs to the response's end. Its rewards are those that guided it; none where none did.
   *
   * @throws dev.panda.orchestrator.serving.client.ServiceException if a service fails
   * @throws dev.panda.orchestrator.serving.decoding.DecodingException if a step cannot be decided
   */
  Response run() {
    try (ResponseStreams streams =
        onBase.on(() -> ResponseStreams.open(plan, policy.usesRewards()))) {
      return streams.rewards().isPresent()
          ? guided(streams, streams.rewards().get())
          : unguided(streams);
    }
  }

  private Response unguided(ResponseStreams streams) {
    FinishReason reason =
        decode(streams, step -> new Decision(policy.choose(step, Rewards.NONE), Optional.empty()));
    return finished(reason, new double[0]);
  }

  private Response guided(ResponseStreams streams, RewardStreams rewards) {
    FinishReason reason = decode(streams, step -> decide(step, rewards));
    return finished(reason, rewardsOfResponse(rewards));
  }

  /** A step's choice, with the rewards that it was made with. */
  private record Decision(Choice choice, Optional<ScoredStep> scored) {}

  /** Chooses a step's token. */
  private interface Decider {
    Decision decide(Step step);
  }

  private FinishReason decode(ResponseStreams streams, Decider decider) {
    DecodeCall base = streams.base();
    int maxTokens = plan.request().maxTokens();
    for (int t = 0; ; t++) {
      BaseStep z = t == 0 ? streams.first() : onBase.on(base::candidates);
      Decision decision = decider.decide(new Step(t, maxTokens, z.candidates()));
      GeneratedToken token = append(t, z, decision);
      if (plan.model().endTokenIds().contains(token.id())) {
        return FinishReason.END_TOKEN;
      }
      if (text.isStopped()) {
        return FinishReason.STOP_STRING;
      }
      if (t + 1 == maxTokens) {
        return FinishReason.LENGTH;
      }
      base.accept(token.id());
    }
  }

  private GeneratedToken append(int t, BaseStep z, Decision decision) {
    int chosen = decision.choice.candidate();
    GeneratedToken token =
        new GeneratedToken(
            t,
            z.candidates().ids()[chosen],
            text.append(z.bytes().get(chosen)),
            z.candidates().logProbabilities()[chosen],
            z.candidates().rank(chosen),
            decision.choice,
            plan.request().allCandidates()
                ? Optional.of(new WholeStep(z, decision.scored))
                : Optional.empty());
    tokens.add(plan.request().tellsAtTheEnd() ? token : token.withoutStep());
    lastScored = decision.scored;
    listener.accept(token);
    return token;
  }

  private Decision decide(Step step, RewardStreams rewards) {
    if (step.t() > 0) {
      rewards.accept(tokens.get(step.t() - 1).id());
    }
    Candidates z = step.candidates();
    int[] survivors = survivors(step, rewards.prefix());
    pruned += z.size() - survivors.length;
    if (survivors.length == 1 && z.size() > 1) {
      return new Decision(Choice.unscored(survivors[0]), Optional.empty());
    }
    scored += survivors.length;
    int[] ids = Arrays.stream(survivors).map(i -> z.ids()[i]).toArray();
    double[] matrix = onRewards.on(() -> rewards.score(ids));
    Rewards r = plan.rewards().of(step.t(), survivors, matrix);
    return new Decision(policy.choose(step, r), Optional.of(new ScoredStep(r, matrix)));
  }

  private int[] survivors(Step step, ScoredPrefix prefix) {
    GenerationRequest request = plan.request();
    boolean needsAll =
        !request.pruning() || request.allCandidates() || request.perLambda().isPresent();
    return needsAll
        ? step.candidates().all().toArray()
        : policy.survivors(step, plan.rewards().bounds(step.t(), prefix));
  }

  /** The last token is scored now where its step did not need it, or estimated its reward. */
  private double[] rewardsOfResponse(RewardStreams rewards) {
    GeneratedToken last = tokens.get(tokens.size() - 1);
    if (plan.routes().stream().anyMatch(route -> route.preference().tokenHead())) {
      rewards.accept(last.id());
      return onRewards.on(rewards::ofResponse);
    }
    double[] row =
        lastScored
            .map(step -> row(step, last.choice().candidate()))
            .orElseGet(() -> onRewards.on(() -> rewards.score(new int[] {last.id()})));
    return plan.rewards().ofResponse(row, rewards.prefix());
  }

  private double[] row(ScoredStep step, int candidate) {
    int preferences = plan.routes().size();
    int row = Arrays.binarySearch(step.rewards().candidates(), candidate);
    return Arrays.copyOfRange(step.matrix(), row * preferences, (row + 1) * preferences);
  }

  private Response finished(FinishReason reason, double[] rewards) {
    Work work = new Work(tokens.size(), scored, pruned, onBase.total(), onRewards.total());
    return new Response(tokens, text.finish(), reason, rewards, work);
  }
}
