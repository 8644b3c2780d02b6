package dev.panda.orchestrator.testing;

import dev.panda.orchestrator.serving.decoding.Candidates;
import dev.panda.orchestrator.serving.port.BaseModel;
import dev.panda.orchestrator.serving.port.BaseModelDescription;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStep;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.ChatMessage;
import dev.panda.orchestrator.serving.port.Guidance;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A base model without weights or socket: its logits are random numbers that the text seeds. Any
 * number of threads may use it.
 */
public class InMemoryBaseModel implements BaseModel {
  public static final int END_TOKEN = 0;
  public static final int VOCABULARY = 64;
  private static final byte[] SNOWMAN = "☃".getBytes(StandardCharsets.UTF_8);

  /** Rewards that come at once if the guidance is stepwise. */
  private static final int AT_ONCE = 2;

  private final double endLogit;
  private final List<String> held;
  private final List<int[]> opened = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger further = new AtomicInteger();

  /**
   * A model that ends a response with some chance.
   *
   * @param endLogit logit of the end token; all others lie in [-3, 3]
   */
  public InMemoryBaseModel(double endLogit) {
    this(endLogit, List.of());
  }

  /**
   * A model whose service holds reward models.
   *
   * @param held names of preferences of {@link InMemoryRewards}
   */
  public InMemoryBaseModel(double endLogit, List<String> held) {
    this.endLogit = endLogit;
    this.held = List.copyOf(held);
  }

  @Override
  public BaseModelDescription describe() {
    return new BaseModelDescription(
        "random",
        VOCABULARY,
        "same",
        Set.of(END_TOKEN),
        4096,
        VOCABULARY,
        held.stream().map(InMemoryRewards::served).toList(),
        8);
  }

  @Override
  public int[] tokenize(String text) {
    return text.chars().map(c -> 1 + c % (VOCABULARY - 1)).toArray();
  }

  @Override
  public int[] renderChat(List<ChatMessage> messages) {
    return messages.stream().flatMapToInt(m -> Arrays.stream(tokenize(m.content()))).toArray();
  }

  /** The accepted tokens that each stream was opened with, in order. */
  public List<int[]> opened() {
    return opened;
  }

  /** How often the rewards of further candidates were asked for. */
  public int further() {
    return further.get();
  }

  /** Number of streams that are not closed. */
  public int open() {
    return open.get();
  }

  @Override
  public CandidateStream open(CandidateRequest request) {
    opened.add(request.accepted());
    open.incrementAndGet();
    List<Integer> text = new ArrayList<>();
    Arrays.stream(request.prompt()).forEach(text::add);
    Arrays.stream(request.accepted()).forEach(text::add);
    int longest = request.prompt().length + request.maxTokens();
    return new CandidateStream() {
      private double within = request.within();
      private int told;

      @Override
      public void awaitOpened() {}

      @Override
      public CandidateStep candidates() {
        CandidateStep step = step(text, request.k());
        return new CandidateStep(
            step.candidates(),
            step.bytes(),
            0,
            request.guidance().map(guidance -> rewards(guidance, step.candidates())));
      }

      private StepRewards rewards(Guidance guidance, Candidates z) {
        int needed = text.size() == longest ? 0 : needed(z.logProbabilities(), within);
        told = guidance.stepwise() ? Math.min(AT_ONCE, needed) : needed;
        return rewards(guidance, Arrays.copyOf(z.ids(), told));
      }

      private StepRewards rewards(Guidance guidance, int[] ids) {
        return new InMemoryRewards.Text(text, request.prompt().length)
            .rewards(guidance.preferences(), guidance.unit(), ids);
      }

      @Override
      public StepRewards further(int candidates) {
        further.incrementAndGet();
        int[] ids = step(text, request.k()).candidates().ids();
        int from = told;
        told = candidates;
        return rewards(request.guidance().orElseThrow(), Arrays.copyOfRange(ids, from, candidates));
      }

      @Override
      public void accept(int token, double nextWithin) {
        text.add(token);
        within = nextWithin;
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    };
  }

  private CandidateStep step(List<Integer> text, int k) {
    Random random = new Random(text.hashCode());
    double[] logits = random.doubles(VOCABULARY, -3, 3).toArray();
    logits[END_TOKEN] = endLogit;
    double total = Math.log(Arrays.stream(logits).map(Math::exp).sum());
    int[] ids =
        IntStream.range(0, VOCABULARY)
            .boxed()
            .sorted(Comparator.comparingDouble(id -> -logits[id]))
            .limit(k)
            .mapToInt(Integer::intValue)
            .toArray();
    Candidates candidates =
        new Candidates(
            ids,
            Arrays.stream(ids).mapToDouble(id -> logits[id] - total).toArray(),
            Arrays.stream(ids).mapToDouble(id -> logits[id]).toArray(),
            random.nextDouble(),
            VOCABULARY);
    return new CandidateStep(
        candidates,
        Arrays.stream(ids).mapToObj(InMemoryBaseModel::bytes).toList(),
        0,
        Optional.empty());
  }

  /** Number of first candidates within the limit; none if only one of several is. */
  private static int needed(double[] logs, double within) {
    int count = (int) Arrays.stream(logs).filter(log -> logs[0] - log <= within).count();
    return count == 1 && logs.length > 1 ? 0 : count;
  }

  /** Every third token is a byte of a character of three, so that texts are cut within it. */
  private static byte[] bytes(int id) {
    return id % 3 == 0
        ? new byte[] {SNOWMAN[id / 3 % 3]}
        : Character.toString('A' + id).getBytes(StandardCharsets.UTF_8);
  }
}
