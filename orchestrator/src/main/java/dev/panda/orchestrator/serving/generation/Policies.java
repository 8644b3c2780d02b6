package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.ArgmaxPolicy;
import dev.panda.orchestrator.serving.decoding.GreedyPolicy;
import dev.panda.orchestrator.serving.decoding.Policy;
import dev.panda.orchestrator.serving.decoding.SamplingPolicy;
import dev.panda.orchestrator.serving.decoding.SoftmaxPolicy;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Makes the policies of a request, one for each response that its method decodes. Each supplier
 * gives a new policy, for a response that begins or goes on elsewhere.
 */
final class Policies {
  private Policies() {}

  static List<Supplier<Policy>> of(Plan plan) {
    GenerationRequest request = plan.request();
    return switch (request.method()) {
      case PANDA ->
          request.perLambda().isPresent()
              ? plan.lambdas().stream()
                  .<Supplier<Policy>>map(lambda -> () -> argmax(request, List.of(lambda)))
                  .toList()
              : List.of(() -> argmax(request, plan.lambdas()));
      case PANDA_STOCHASTIC ->
          List.of(() -> new SoftmaxPolicy(request.baseScore(), plan.lambdas(), request.seed()));
      case GREEDY -> List.of(GreedyPolicy::new);
      case SAMPLING -> List.of(() -> sampling(request, request.seed()));
      case ARGS_GREEDY -> List.of(() -> ArgmaxPolicy.args(request.argsWeight()));
      case ARGS_STOCHASTIC ->
          List.of(() -> SoftmaxPolicy.args(request.argsWeight(), request.seed()));
      case BEST_OF_N -> bestOfN(request);
    };
  }

  private static ArgmaxPolicy argmax(GenerationRequest request, List<LambdaFunction> lambdas) {
    return new ArgmaxPolicy(request.baseScore(), lambdas);
  }

  private static List<Supplier<Policy>> bestOfN(GenerationRequest request) {
    SplittableRandom seeds = new SplittableRandom(request.seed());
    return Stream.generate(seeds::nextLong)
        .limit(request.sampling().responses())
        .<Supplier<Policy>>map(seed -> () -> sampling(request, seed))
        .toList();
  }

  private static SamplingPolicy sampling(GenerationRequest request, long seed) {
    return new SamplingPolicy(request.sampling().temperature(), request.sampling().topP(), seed);
  }
}
