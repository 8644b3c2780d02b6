package dev.panda.orchestrator.testing;

import dev.panda.orchestrator.serving.decoding.Interval;
import dev.panda.orchestrator.serving.decoding.PreferenceReward;
import dev.panda.orchestrator.serving.decoding.RewardPooling;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.RewardRequest;
import dev.panda.orchestrator.serving.port.RewardStream;
import dev.panda.orchestrator.serving.port.ServedPreference;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reward models without weights or socket: one of each pooling, and a token head. Their terms are
 * random numbers in [-1, 1] that preference and text seed.
 */
public final class InMemoryRewards implements RewardModels {
  private static final Map<String, RewardPooling> POOLINGS =
      Map.of(
          "mean", RewardPooling.MEAN,
          "increment", RewardPooling.INCREMENT,
          "last", RewardPooling.LAST,
          "estimated", RewardPooling.MEAN);
  private static final double MEAN = 0.1;
  private static final double DEVIATION = 0.5;

  private final AtomicInteger open = new AtomicInteger();

  @Override
  public CompletableFuture<RewardDescription> describe() {
    List<ServedPreference> preferences =
        POOLINGS.keySet().stream().map(InMemoryRewards::served).toList();
    return CompletableFuture.completedFuture(
        new RewardDescription(
            "random", "same", 4096, InMemoryBaseModel.VOCABULARY, 8, 8, preferences));
  }

  /** Describes one of the preferences. */
  static ServedPreference served(String name) {
    return new ServedPreference(model(name), "", name.equals("estimated"), 1);
  }

  private static PreferenceReward model(String name) {
    return new PreferenceReward(
        name, POOLINGS.get(name), Optional.of(new Interval(-1, 1)), MEAN, DEVIATION);
  }

  /** Number of streams that are not closed. */
  public int open() {
    return open.get();
  }

  @Override
  public RewardStream open(RewardRequest request) {
    open.incrementAndGet();
    return new Stream(request);
  }

  @Override
  public double[] scoreSequences(
      int[] prompt, List<int[]> responses, List<String> preferences, RewardUnit unit) {
    return new double[responses.size() * preferences.size()];
  }

  private final class Stream implements RewardStream {
    private final RewardRequest request;
    private final List<Integer> text = new ArrayList<>();
    private final int promptTokens;
    private int[] candidates;

    Stream(RewardRequest request) {
      this.request = request;
      this.promptTokens = request.prompt().length;
      Arrays.stream(request.prompt()).forEach(text::add);
      Arrays.stream(request.accepted()).forEach(text::add);
    }

    @Override
    public void awaitOpened() {}

    @Override
    public void ask(int[] accepted, int[] candidateIds) {
      Arrays.stream(accepted).forEach(text::add);
      candidates = candidateIds;
    }

    @Override
    public StepRewards rewards() {
      return new Text(text, promptTokens)
          .rewards(request.preferences(), request.unit(), candidates);
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  /** What the reward models find in a text. */
  record Text(List<Integer> tokens, int promptTokens) {

    StepRewards rewards(List<String> names, RewardUnit unit, int[] candidates) {
      double[] rewards = new double[candidates.length * names.size()];
      for (int z = 0; z < candidates.length; z++) {
        List<Integer> continued = new ArrayList<>(tokens);
        continued.add(candidates[z]);
        for (int j = 0; j < names.size(); j++) {
          rewards[z * names.size() + j] =
              new Text(continued, promptTokens).reward(names.get(j), unit)
                  + (names.get(j).equals("estimated") ? 0.01 : 0);
        }
      }
      return new StepRewards(
          rewards,
          names.stream().mapToDouble(this::sum).toArray(),
          names.stream().mapToDouble(name -> ofResponse(name, unit)).toArray());
    }

    /** The reward of the text as it is: with increments the mean of all terms. */
    private double ofResponse(String name, RewardUnit unit) {
      int n = tokens.size() - promptTokens;
      return POOLINGS.get(name) == RewardPooling.INCREMENT && n > 0
          ? inUnit(sum(name) / n, unit)
          : reward(name, unit);
    }

    private static double inUnit(double raw, RewardUnit unit) {
      return unit == RewardUnit.RAW ? raw : (raw - MEAN) / DEVIATION;
    }

    private double reward(String name, RewardUnit unit) {
      int n = tokens.size() - promptTokens;
      double raw =
          POOLINGS.get(name) == RewardPooling.MEAN
              ? n == 0 ? MEAN : sum(name) / n
              : term(name, tokens.size());
      return inUnit(raw, unit);
    }

    private double sum(String name) {
      double sum = 0;
      for (int end = promptTokens + 1; end <= tokens.size(); end++) {
        sum += term(name, end);
      }
      return sum;
    }

    private double term(String name, int end) {
      return 2 * new Random(31L * name.hashCode() + tokens.subList(0, end).hashCode()).nextDouble()
          - 1;
    }
  }
}
