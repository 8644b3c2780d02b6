package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.ArgmaxPolicy;
import dev.panda.orchestrator.serving.decoding.GreedyPolicy;
import dev.panda.orchestrator.serving.decoding.Policy;
import dev.panda.orchestrator.serving.decoding.SamplingPolicy;
import dev.panda.orchestrator.serving.decoding.SoftmaxPolicy;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Makes the policies of a request, one for each response that its method decodes. */
final class Policies {
  private Policies() {}

  static List<Policy> of(Plan plan) {
    GenerationRequest request = plan.request();
    return switch (request.method()) {
      case PANDA ->
          request.perLambda().isPresent()
              ? plan.lambdas().stream()
                  .<Policy>map(lambda -> new ArgmaxPolicy(request.baseScore(), List.of(lambda)))
                  .toList()
              : List.of(new ArgmaxPolicy(request.baseScore(), plan.lambdas()));
      case PANDA_STOCHASTIC ->
          List.of(new SoftmaxPolicy(request.baseScore(), plan.lambdas(), request.seed()));
      case GREEDY -> List.of(new GreedyPolicy());
      case SAMPLING -> List.of(sampling(request, request.seed()));
      case ARGS_GREEDY -> List.of(ArgmaxPolicy.args(request.argsWeight()));
      case ARGS_STOCHASTIC -> List.of(SoftmaxPolicy.args(request.argsWeight(), request.seed()));
      case BEST_OF_N -> bestOfN(request);
    };
  }

  private static List<Policy> bestOfN(GenerationRequest request) {
    SplittableRandom seeds = new SplittableRandom(request.seed());
    return Stream.generate(seeds::nextLong)
        .limit(request.sampling().responses())
        .<Policy>map(seed -> sampling(request, seed))
        .toList();
  }

  private static SamplingPolicy sampling(GenerationRequest request, long seed) {
    return new SamplingPolicy(request.sampling().temperature(), request.sampling().topP(), seed);
  }
}
