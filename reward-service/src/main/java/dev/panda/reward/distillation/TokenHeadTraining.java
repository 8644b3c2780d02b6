package dev.panda.reward.distillation;

import dev.panda.reward.head.RewardModel;
import dev.panda.reward.head.RewardModelException;
import dev.panda.reward.head.RewardModelFolder;
import dev.panda.reward.head.TokenHead;
import dev.panda.reward.head.TokenHeadRecord;
import dev.panda.reward.model.Backbone;
import dev.panda.reward.model.RewardModelCheck;
import dev.panda.reward.scoring.ScoredFormat;
import dev.panda.reward.scoring.ScoredLine;
import dev.panda.reward.training.InFlight;
import dev.panda.reward.training.Progress;
import dev.panda.reward.training.TextEncoder;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.training.ExampleFile;
import dev.panda.transformer.training.ExampleReader;
import dev.panda.transformer.training.Hashes;
import dev.panda.transformer.training.TrainingException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Distils a token head from a reward model (specification, Token heads): it learns what the model
 * reads of each response's tokens from the state before each. On prompts split off, the likeliest
 * next tokens are rewarded one by one and say how well it stands for the model.
 *
 * <p>The same options and files give the same token head, but for rounding: responses are read
 * several at a time.
 */
public final class TokenHeadTraining {
  private static final Duration OPEN_TIMEOUT = Duration.ofMinutes(10);
  private static final int ROUND_TOKENS = 512;

  /** Each has few rows in a round: so many make it worth its weights. */
  private static final int AT_A_TIME = 16;

  private static final double RATE = 3e-3;
  private static final double DECAY = 0.3;

  /** Enough for a mean over steps that is known to a hundredth or so. */
  private static final int HELD_OUT_RESPONSES = 100;

  private static final int HELD_OUT_STEPS = 16;

  private final Options options;
  private final Progress.Display display;
  private final Consumer<String> notices;

  /**
   * What is distilled from what.
   *
   * @param backbone its folder or file
   * @param teacher folder of the reward model
   * @param data responses or pairs, JSON Lines
   * @param reading how the backbone is run
   * @param learning how the head is fit
   * @param name of the preference as it is then served
   * @param command for the card
   */
  public record Options(
      Path backbone,
      Path teacher,
      Path data,
      boolean skipInvalid,
      Reading reading,
      Learning learning,
      String name,
      String command) {}

  /**
   * How steps are read.
   *
   * @param maxTokens longest prompt and response together
   * @param responses most responses that are read
   * @param steps most steps of each that are read
   * @param candidates of each step that measures
   */
  public record Reading(
      Numerics numerics,
      String device,
      int threads,
      int maxTokens,
      int responses,
      int steps,
      int candidates) {}

  /**
   * How a head is fit.
   *
   * @param layers to read states after; none for the reward model's
   * @param rank of the bilinear form
   * @param epochs passes over the steps
   * @param validationShare share of the prompts that is split off, above 0, below 1
   * @param seed of every random choice
   */
  public record Learning(
      List<Integer> layers, int rank, int epochs, double validationShare, long seed) {
    public Learning {
      layers = List.copyOf(layers);
    }
  }

  /** The steps that are learned from, and those of other prompts. */
  private record Steps(List<CandidateStep> training, List<CandidateStep> heldOut) {}

  /** A fitted head and how it does. */
  private record Fitted(int layer, TokenHead head, Agreement agreement) {}

  /**
   * @param notices told, a line each, what people should know and a card does not say
   */
  public TokenHeadTraining(Options options, Progress.Display display, Consumer<String> notices) {
    this.options = options;
    this.display = display;
    this.notices = notices;
  }

  /**
   * The reward model with its token head. Nothing is written.
   *
   * @throws TrainingException if the file cannot be used, or the head not be fit
   * @throws RewardModelException if the reward model cannot be used
   * @throws dev.panda.transformer.checkpoint.CheckpointException if the backbone cannot be used
   * @throws IllegalArgumentException if an option does not fit the backbone or the machine
   */
  public RewardModel run() {
    try (Checkpoint checkpoint = Checkpoints.open(options.backbone());
        TextEncoder texts = TextEncoder.open(checkpoint)) {
      RewardModel teacher = teacher(checkpoint, texts);
      int[] layers = layers(teacher, checkpoint.config());
      ExampleFile<ScoredLine> file = read(checkpoint.config(), texts);
      Steps steps = steps(checkpoint, teacher, layers, file);
      Fitted best = fit(checkpoint, layers, steps);
      TokenHeadRecord record =
          new TokenHeadRecord(
              best.layer(),
              options.learning().rank(),
              file.name(),
              file.fingerprint(),
              steps.training().size(),
              steps.heldOut().size(),
              options.reading().candidates(),
              best.agreement().rank(),
              best.agreement().sameBest(),
              best.agreement().explained(),
              options.learning().seed(),
              options.command());
      return new RewardModel(
          teacher.card().withTokenHead(options.name(), record),
          teacher.head(),
          Optional.of(best.head()));
    }
  }

  private RewardModel teacher(Checkpoint checkpoint, TextEncoder texts) {
    RewardModel teacher = RewardModelFolder.read(options.teacher());
    if (teacher.card().hasOwnWeights()) {
      throw new RewardModelException(
          options.teacher()
              + ": method: "
              + teacher.card().method().orElseThrow()
              + " (expected: head, on the backbone as it is)");
    }
    ModelConfig config = checkpoint.config();
    Backbone backbone =
        new Backbone(
            teacher.card().backbone(),
            config.vocabSize(),
            texts.fingerprint(),
            config.maxPositionEmbeddings());
    RewardModelCheck.requireFits(options.teacher(), teacher, backbone, config);
    return teacher;
  }

  private int[] layers(RewardModel teacher, ModelConfig config) {
    Set<Integer> layers = new TreeSet<>(options.learning().layers());
    if (layers.isEmpty()) {
      layers.add(teacher.card().readout().layer());
    }
    for (int layer : layers) {
      if (layer < 1 || layer > config.numHiddenLayers()) {
        throw new IllegalArgumentException(
            "layers: %d (expected: 1 to %d, the backbone's)"
                .formatted(layer, config.numHiddenLayers()));
      }
    }
    return layers.stream().mapToInt(Integer::intValue).toArray();
  }

  private ExampleFile<ScoredLine> read(ModelConfig config, TextEncoder texts) {
    int maxTokens = Math.min(options.reading().maxTokens(), config.maxPositionEmbeddings());
    ExampleFile<ScoredLine> file =
        new ExampleReader<>(new ScoredFormat(texts, maxTokens).lines(), options.skipInvalid())
            .read(options.data());
    if (file.skipped() > 0) {
      notices.accept(file.skipped() + " lines skipped: they hold no usable response.");
    }
    return file;
  }

  private Steps steps(
      Checkpoint checkpoint, RewardModel teacher, int[] layers, ExampleFile<ScoredLine> file) {
    List<ScoredLine> lines =
        file.examples().stream().sorted(Comparator.comparing(this::hash)).toList();
    Set<String> heldOut = heldOut(lines);
    Map<Boolean, List<ScoredLine>> parts =
        lines.stream().collect(Collectors.partitioningBy(line -> heldOut.contains(prompt(line))));
    Reading reading = options.reading();
    return new Steps(
        training(
            checkpoint,
            teacher,
            layers,
            drawn(parts.get(false), reading.responses(), reading.steps())),
        heldOut(
            checkpoint,
            teacher,
            layers,
            drawn(parts.get(true), HELD_OUT_RESPONSES, HELD_OUT_STEPS)));
  }

  /** Steps with the tokens that came next. */
  private List<CandidateStep> training(
      Checkpoint checkpoint, RewardModel teacher, int[] layers, List<Drawn> drawn) {
    int[] read =
        IntStream.concat(IntStream.of(layers), IntStream.of(teacher.card().readout().layer()))
            .distinct()
            .sorted()
            .toArray();
    List<CandidateStep> steps = new ArrayList<>();
    try (Engine engine = Engine.load(checkpoint, engineOptions(teacher, read, false, 1));
        Progress progress = display.start("Responses", drawn.size())) {
      NextTokenReader reader = new NextTokenReader(engine, teacher, read);
      InFlight.run(
          drawn,
          some -> reader.read(some.tokens(), some.lengths()),
          (some, more) -> {
            more.forEach(step -> steps.add(only(step, read, layers)));
            progress.advance(1);
          });
    }
    return steps;
  }

  /** The step with the states of the layers that are asked for. */
  private static CandidateStep only(CandidateStep step, int[] read, int[] layers) {
    float[][] states =
        IntStream.of(layers)
            .mapToObj(layer -> step.states()[Arrays.binarySearch(read, layer)])
            .toArray(float[][]::new);
    return new CandidateStep(states, step.candidates(), step.projections());
  }

  /** Steps with the likeliest candidates. */
  private List<CandidateStep> heldOut(
      Checkpoint checkpoint, RewardModel teacher, int[] layers, List<Drawn> drawn) {
    List<CandidateStep> steps = new ArrayList<>();
    try (Engine engine = Engine.load(checkpoint, engineOptions(teacher, layers, true, AT_A_TIME));
        Progress progress = display.start("Held out", drawn.size())) {
      CandidateReader reader =
          new CandidateReader(engine, teacher, layers, options.reading().candidates());
      InFlight.run(
          drawn,
          AT_A_TIME,
          some -> reader.read(some.tokens(), some.lengths()),
          (some, more) -> {
            steps.addAll(more);
            progress.advance(1);
          });
    }
    return steps;
  }

  private ByteBuffer hash(ScoredLine line) {
    return Hashes.of(options.learning().seed(), List.of(), line.object().toString());
  }

  private static String prompt(ScoredLine line) {
    return line.object().path("messages").toString();
  }

  private Set<String> heldOut(List<ScoredLine> lines) {
    List<String> prompts = lines.stream().map(TokenHeadTraining::prompt).distinct().toList();
    if (prompts.size() < 2) {
      throw new TrainingException(
          options.data()
              + ": "
              + prompts.size()
              + " prompts (expected: at least 2, one of them to measure with)");
    }
    int count = (int) Math.round(options.learning().validationShare() * prompts.size());
    return new HashSet<>(prompts.subList(0, Math.max(1, Math.min(prompts.size() - 1, count))));
  }

  /**
   * A response that is read.
   *
   * @param lengths of the sequence before each step that is read, ascending
   */
  private record Drawn(int[] tokens, int[] lengths) {}

  private List<Drawn> drawn(List<ScoredLine> lines, int responses, int steps) {
    Random random = new Random(options.learning().seed());
    List<Drawn> drawn = new ArrayList<>();
    for (ScoredLine line : lines) {
      for (ScoredLine.Response response : line.responses()) {
        List<Integer> lengths =
            new ArrayList<>(
                IntStream.range(response.start(), response.tokens().length).boxed().toList());
        Collections.shuffle(lengths, random);
        int[] some = lengths.stream().limit(steps).sorted().mapToInt(Integer::intValue).toArray();
        drawn.add(new Drawn(response.tokens(), some));
      }
    }
    return drawn.subList(0, Math.min(drawn.size(), responses));
  }

  /**
   * @param read layers whose states are read
   * @param sequences that are open at a time
   */
  private EngineOptions engineOptions(
      RewardModel teacher, int[] read, boolean languageModelHead, int sequences) {
    Reading reading = options.reading();
    int room = reading.maxTokens() + reading.candidates() + 1;
    List<Projection> projections = new ArrayList<>();
    projections.add(new Projection(teacher.card().readout().layer(), teacher.head().weight()));
    for (int layer : read) {
      projections.add(new Projection(layer, new float[teacher.head().weight().length]));
    }
    return new EngineOptions(
        reading.numerics(),
        reading.device(),
        reading.threads(),
        languageModelHead,
        projections,
        room * sequences,
        Math.max(ROUND_TOKENS, room),
        OPEN_TIMEOUT);
  }

  private Fitted fit(Checkpoint checkpoint, int[] layers, Steps steps) {
    if (steps.training().isEmpty() || steps.heldOut().isEmpty()) {
      throw new TrainingException(
          "responses: %d steps to learn from, %d to measure with (expected: some of both; more responses or prompts)"
              .formatted(steps.training().size(), steps.heldOut().size()));
    }
    ModelConfig config = checkpoint.config();
    Embeddings embeddings =
        new Embeddings(checkpoint.read(ModelTensors.EMBEDDING), config.hiddenSize());
    List<Fitted> fitted = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      int state = i;
      TokenHeadFit fit =
          new TokenHeadFit(
              config,
              embeddings,
              new TokenHeadFit.Options(
                  options.learning().rank(),
                  options.learning().epochs(),
                  RATE,
                  DECAY,
                  options.learning().seed(),
                  options.reading().device(),
                  options.reading().threads()),
              steps.training(),
              state);
      TokenHead head;
      try (Progress progress = display.start("Layer " + layers[i], fit.updates())) {
        head = fit.run(progress);
      }
      Agreement agreement =
          Agreement.of(
              steps.heldOut(), step -> head.projections(step.states()[state], step.candidates()));
      notices.accept(
          "Layer %d: rank agreement %.3f, same best %.3f, explained %.3f"
              .formatted(layers[i], agreement.rank(), agreement.sameBest(), agreement.explained()));
      fitted.add(new Fitted(layers[i], head, agreement));
    }
    return Collections.max(fitted, Comparator.comparingDouble(f -> f.agreement().rank()));
  }
}
