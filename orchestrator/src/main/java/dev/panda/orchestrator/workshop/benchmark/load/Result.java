package dev.panda.orchestrator.workshop.benchmark.load;

import dev.panda.orchestrator.workshop.benchmark.contender.Answer;
import dev.panda.orchestrator.workshop.benchmark.contender.RequestException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All runs of one contender at one setting, and their figures. */
public record Result(Setting setting, String contender, List<Run> runs) {

  private Stream<Measured> requests() {
    return runs.stream().flatMap(run -> run.requests().stream());
  }

  private Stream<Measured> answered() {
    return requests().filter(request -> request.answer().isPresent());
  }

  public Stream<Answer> answers() {
    return answered().map(request -> request.answer().orElseThrow());
  }

  /** Number of whole answers. */
  public long done() {
    return answers().count();
  }

  /** Number of requests without a whole answer, by reason. */
  public Map<String, Long> failed() {
    return failures()
        .collect(
            Collectors.groupingBy(RequestException::reason, TreeMap::new, Collectors.counting()));
  }

  /** Number of requests that the server had no room for; they are among the failed. */
  public long refused() {
    return failures().filter(RequestException::refused).count();
  }

  /** Why the first request that failed did so; empty if all were answered. */
  public Optional<RequestException> firstFailure() {
    return failures().findFirst();
  }

  private Stream<RequestException> failures() {
    return requests().flatMap(request -> request.failure().stream());
  }

  public Spread firstToken() {
    return Spread.of(answered().flatMapToLong(Measured::firstToken));
  }

  /** Times between the arrivals of tokens; tokens that a server sends at once count as one. */
  public Spread betweenTokens() {
    return Spread.of(answered().flatMapToLong(Measured::betweenTokens));
  }

  public Spread whole() {
    return Spread.of(answered().mapToLong(Measured::whole));
  }

  /** All tokens of whole answers over the runs' time. */
  public double tokensPerSecond() {
    return answers().mapToLong(Answer::tokens).sum() / seconds();
  }

  public double requestsPerSecond() {
    return done() / seconds();
  }

  private double seconds() {
    return runs.stream().mapToLong(Run::nanos).sum() / 1e9;
  }
}
