package dev.panda.orchestrator.workshop.benchmark.load;

import dev.panda.orchestrator.workshop.benchmark.contender.Answer;
import dev.panda.orchestrator.workshop.benchmark.contender.Contender;
import dev.panda.orchestrator.workshop.benchmark.contender.Prompt;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers every prompt with two tokens, and knows how many prompts it had at a time. */
class FakeContender implements Contender {
  static final Prompt PROMPT = new Prompt("Once", Optional.empty());

  private final String name;
  private final List<String> order;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  FakeContender() {
    this("fake", new CopyOnWriteArrayList<>());
  }

  /**
   * @param order receives the name at each request
   */
  FakeContender(String name, List<String> order) {
    this.name = name;
    this.order = order;
  }

  int most() {
    return most.get();
  }

  int asked() {
    return order.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Answer ask(Prompt prompt, Runnable onToken) {
    order.add(name);
    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    onToken.run();
    meanwhile();
    onToken.run();
    underWay.decrementAndGet();
    return new Answer(1, 2, Optional.empty());
  }

  /** What happens between the tokens. */
  void meanwhile() {}
}
