package dev.panda.orchestrator.workshop.benchmark.load;

import dev.panda.orchestrator.workshop.benchmark.contender.Answer;
import dev.panda.orchestrator.workshop.benchmark.contender.RequestException;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * One request as its client saw it. Times are nanoseconds since the run began.
 *
 * <p>Latencies count from when the request was due. So they include the time by which a client with
 * too much to do sent it late.
 *
 * @param due when it was to be sent
 * @param tokens when each token came
 * @param end when the answer ended or the request failed
 * @param answer present unless the request failed
 * @param failure present if the request failed
 */
public record Measured(
    long due,
    long[] tokens,
    long end,
    Optional<Answer> answer,
    Optional<RequestException> failure) {

  /** Time to the first token; none if there was no token. */
  LongStream firstToken() {
    return LongStream.of(tokens).limit(1).map(first -> first - due);
  }

  /** Times between tokens. */
  LongStream betweenTokens() {
    return IntStream.range(1, tokens.length).mapToLong(i -> tokens[i] - tokens[i - 1]);
  }

  /** Time to the end of the answer. */
  long whole() {
    return end - due;
  }
}
