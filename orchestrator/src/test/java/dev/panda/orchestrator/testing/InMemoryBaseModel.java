package dev.panda.orchestrator.testing;

import dev.panda.orchestrator.serving.decoding.Candidates;
import dev.panda.orchestrator.serving.port.Acceptance;
import dev.panda.orchestrator.serving.port.Ahead;
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
  private final AtomicInteger foreseen = new AtomicInteger();

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
        8,
        new Ahead(3, 4));
  }

  @Override
  public int[] tokenize(String text) {
    return text.chars().map(c -> 1 + c % (VOCABULARY - 1)).toArray();
  }

  @Override
  public int[] tokenizeContinuation(String text) {
    return tokenize(text);
  }

  /** A text of these tokens, none of which is the end token. */
  public static String text(int... tokens) {
    StringBuilder text = new StringBuilder();
    Arrays.stream(tokens).forEach(id -> text.append((char) (VOCABULARY - 2 + id)));
    return text.toString();
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

  /** How many accepted tokens were foreseen. */
  public int foreseen() {
    return foreseen.get();
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
    return new Stream(request, text);
  }

  private final class Stream implements CandidateStream {
    private final CandidateRequest request;
    private final List<Integer> text;
    private final List<Integer> told = new ArrayList<>();
    private double within;
    private int[] draft = {};
    private int[] expected = {};

    Stream(CandidateRequest request, List<Integer> text) {
      this.request = request;
      this.text = text;
      this.within = request.within();
    }

    @Override
    public void awaitOpened() {}

    @Override
    public CandidateStep candidates() {
      told.clear();
      List<CandidateStep> drafted = new ArrayList<>();
      CandidateStep first = step(0, List.of());
      for (int j = 1; j <= draft.length && !isFull(j); j++) {
        drafted.add(step(j, List.of()));
      }
      return new CandidateStep(first.candidates(), first.bytes(), 0, first.rewards(), drafted);
    }

    private boolean isFull(int drafted) {
      return text.size() + drafted >= request.prompt().length + request.maxTokens();
    }

    /** The text with the first tokens of the draft. */
    private List<Integer> text(int drafted) {
      List<Integer> all = new ArrayList<>(text);
      Arrays.stream(draft).limit(drafted).forEach(all::add);
      return all;
    }

    private CandidateStep step(int drafted, List<CandidateStep> behind) {
      CandidateStep step = InMemoryBaseModel.this.step(text(drafted), request.k());
      return new CandidateStep(
          step.candidates(),
          step.bytes(),
          0,
          request.guidance().map(guidance -> rewards(guidance, drafted, step.candidates())),
          behind);
    }

    private StepRewards rewards(Guidance guidance, int drafted, Candidates z) {
      int needed = isFull(drafted) ? 0 : needed(z.logProbabilities(), within);
      told.add(guidance.stepwise() ? Math.min(AT_ONCE, needed) : needed);
      return rewards(guidance, drafted, Arrays.copyOf(z.ids(), told.get(drafted)));
    }

    private StepRewards rewards(Guidance guidance, int drafted, int[] ids) {
      return new InMemoryRewards.Text(text(drafted), request.prompt().length)
          .rewards(guidance.preferences(), guidance.unit(), ids);
    }

    @Override
    public StepRewards further(int drafted, int candidates) {
      further.incrementAndGet();
      int[] ids = InMemoryBaseModel.this.step(text(drafted), request.k()).candidates().ids();
      int from = told.set(drafted, candidates);
      return rewards(
          request.guidance().orElseThrow(), drafted, Arrays.copyOfRange(ids, from, candidates));
    }

    @Override
    public void foresee(int drafted, int[] tokens) {
      if (tokens.length < 1 || tokens.length > request.ahead().foreseen()) {
        throw new IllegalArgumentException("foresee: " + tokens.length + " tokens");
      }
      keep(drafted);
      expected = tokens;
    }

    @Override
    public void accept(Acceptance acceptance) {
      if (acceptance.draft().length > request.ahead().draft()) {
        throw new IllegalArgumentException("draft: " + acceptance.draft().length + " tokens");
      }
      keep(acceptance.drafted());
      text.add(acceptance.token());
      draft = acceptance.draft();
      within = acceptance.within();
      if (Arrays.stream(expected).anyMatch(id -> id == acceptance.token())) {
        foreseen.incrementAndGet();
      }
      expected = new int[0];
    }

    private void keep(int drafted) {
      Arrays.stream(draft).limit(drafted).forEach(text::add);
      draft = new int[0];
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
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
        Optional.empty(),
        List.of());
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
