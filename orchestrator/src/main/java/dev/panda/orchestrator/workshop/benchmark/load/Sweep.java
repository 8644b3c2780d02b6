package dev.panda.orchestrator.workshop.benchmark.load;

import dev.panda.orchestrator.workshop.benchmark.contender.Contender;
import dev.panda.orchestrator.workshop.benchmark.contender.Prompt;
import dev.panda.orchestrator.workshop.benchmark.contender.Prompts;
import dev.panda.orchestrator.workshop.benchmark.contender.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Measures contenders at one setting after the other. */
public final class Sweep {
  private final List<Contender> contenders;
  private final Prompts prompts;
  private final LoadGenerator generator;

  public Sweep(List<Contender> contenders, Prompts prompts, LoadGenerator generator) {
    this.contenders = List.copyOf(contenders);
    this.prompts = prompts;
    this.generator = generator;
  }

  /** One setting's results, one a contender. */
  public record Point(List<Result> results, boolean whole) {}

  /**
   * Measures all contenders at one setting in alternating runs. Ends early if the thread is
   * interrupted.
   *
   * @param rounds runs of each contender
   * @throws RuntimeException what a command reports, if a request to warm up fails for want of
   *     anything but room
   */
  public Point measure(Setting setting, int rounds) {
    Supplier<Prompt> source = prompts(setting.promptTokens());
    List<List<Run>> runs = new ArrayList<>();
    boolean whole = true;
    for (Contender contender : contenders) {
      runs.add(new ArrayList<>());
      whole = whole && warmUp(contender, setting.warmUp(), source);
    }
    for (int round = 0; round < rounds; round++) {
      for (int c = 0; whole && c < contenders.size(); c++) {
        Run run = generator.run(contenders.get(c), setting.load(), setting.extent(), source);
        runs.get(c).add(run);
        whole = run.whole();
      }
    }
    List<Result> results = new ArrayList<>();
    for (int c = 0; c < runs.size(); c++) {
      if (!runs.get(c).isEmpty()) {
        results.add(new Result(setting, contenders.get(c).name(), runs.get(c)));
      }
    }
    return new Point(results, whole);
  }

  private Supplier<Prompt> prompts(OptionalInt tokens) {
    return tokens.isPresent() ? () -> prompts.next(tokens.getAsInt()) : prompts::next;
  }

  private boolean warmUp(Contender contender, int requests, Supplier<Prompt> source) {
    if (requests == 0) {
      return true;
    }
    Run run =
        generator.run(contender, new ClosedLoop(requests), Extent.ofRequests(requests), source);
    run.requests().stream()
        .flatMap(request -> request.failure().stream())
        .filter(failure -> !failure.refused())
        .findFirst()
        .map(RequestException::report)
        .ifPresent(
            report -> {
              throw report;
            });
    return run.whole();
  }
}
