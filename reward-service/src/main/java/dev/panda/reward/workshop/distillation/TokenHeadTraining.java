package dev.panda.reward.workshop.distillation;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.scoring.ScoredFormat;
import dev.panda.reward.workshop.scoring.ScoredLine;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.TokenHead;
import dev.panda.transformer.reward.TokenHeadRecord;
import dev.panda.transformer.reward.loading.Backbone;
import dev.panda.transformer.reward.loading.BackboneCheck;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.reward.loading.RewardModelCheck;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.ExampleReader;
import dev.panda.transformer.workshop.training.TrainingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Distils a token head from a reward model (specification, Token heads). From the state before each
 * token of a response, the head learns to predict the reward model's projection of the token. On
 * held-out prompts, the likeliest next tokens are scored one by one to measure how well the head
 * replaces the model.
 *
 * <p>The same options and files give the same token head, except for rounding, because several
 * responses are read at a time.
 */
public final class TokenHeadTraining {
  private static final double RATE = 3e-3;
  private static final double DECAY = 0.3;

  private final Options options;
  private final BatchProgress.Display display;
  private final Consumer<String> notices;

  /**
   * The options of a distillation.
   *
   * @param backbone folder or file of the backbone
   * @param teacher folder of the reward model
   * @param data responses or pairs, JSON Lines
   * @param reading how to run the backbone
   * @param learning how to fit the head
   * @param licence of the responses, for the card
   * @param name of the new preference
   * @param command for the card
   */
  public record Options(
      Path backbone,
      Path teacher,
      Path data,
      boolean skipInvalid,
      Reading reading,
      Learning learning,
      String licence,
      String name,
      String command) {}

  /**
   * How to read steps.
   *
   * @param maxTokens largest number of tokens of prompt and response together
   * @param responses largest number of responses to read
   * @param steps largest number of steps to read from each response
   * @param candidates number of candidates in each held-out step
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
   * How to fit a head.
   *
   * @param layers to read states after; empty for the reward model's layer
   * @param rank of the bilinear form
   * @param epochs passes over the steps
   * @param validationShare share of the prompts to hold out, above 0, below 1
   * @param seed for every random choice
   */
  public record Learning(
      List<Integer> layers, int rank, int epochs, double validationShare, long seed) {
    public Learning {
      layers = List.copyOf(layers);
    }
  }

  /** A fitted head and its agreement. */
  private record Fitted(int layer, TokenHead head, Agreement agreement) {}

  /**
   * @param notices receives lines of information for people that the card does not contain
   */
  public TokenHeadTraining(
      Options options, BatchProgress.Display display, Consumer<String> notices) {
    this.options = options;
    this.display = display;
    this.notices = notices;
  }

  /**
   * Distils a token head and returns the reward model with it. Writes nothing. If the reward model
   * has weights of its own, the token head reads them too.
   *
   * @throws TrainingException if the file cannot be used, or the head cannot be fitted
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
      StepDrawing drawing =
          new StepDrawing(
              file,
              options.learning().seed(),
              options.learning().validationShare(),
              options.reading().steps());
      StepReading reading =
          new StepReading(
              checkpoint,
              options.teacher(),
              teacher,
              layers,
              maxTokens(checkpoint.config()),
              options.reading(),
              display);
      List<CandidateStep> heldOut = reading.heldOut(drawing.heldOut());
      List<NextTokenStep> steps = reading.training(drawTraining(drawing, checkpoint, layers));
      Fitted best = fit(checkpoint, teacher, layers, steps, heldOut);
      return new RewardModel(
          teacher.card().withTokenHead(options.name(), record(teacher, file, steps, heldOut, best)),
          teacher.head(),
          Optional.of(best.head()));
    }
  }

  private TokenHeadRecord record(
      RewardModel teacher,
      ExampleFile<ScoredLine> file,
      List<NextTokenStep> steps,
      List<CandidateStep> heldOut,
      Fitted best) {
    return new TokenHeadRecord(
        teacher.card().preference(),
        best.layer(),
        options.learning().rank(),
        file.name(),
        file.fingerprint(),
        options.licence(),
        steps.size(),
        heldOut.size(),
        options.reading().candidates(),
        best.agreement().rank(),
        best.agreement().sameBest(),
        best.agreement().explained(),
        Fingerprint.ofCheckpoint(options.backbone()),
        options.reading().numerics().toString(),
        options.learning().seed(),
        options.command());
  }

  private RewardModel teacher(Checkpoint checkpoint, TextEncoder texts) {
    RewardModel teacher = RewardModelFolder.read(options.teacher());
    if (teacher.tokenHead().isPresent()) {
      throw new RewardModelException(
          "%s: is a token head itself (expected: its original reward model, %s)"
              .formatted(options.teacher(), teacher.card().tokenHead().orElseThrow().teacher()));
    }
    ModelConfig config = checkpoint.config();
    Backbone backbone =
        new Backbone(
            teacher.card().backbone(),
            config.vocabSize(),
            texts.fingerprint(),
            config.maxPositionEmbeddings());
    RewardModelCheck.requireFits(options.teacher(), teacher, backbone, config);
    BackboneCheck.compare(options.backbone(), List.of(teacher), notices);
    if (options.reading().candidates() > config.vocabSize()) {
      throw new IllegalArgumentException(
          "candidates: %d (expected: at most %d, the vocabulary size)"
              .formatted(options.reading().candidates(), config.vocabSize()));
    }
    if (options.learning().rank() > config.hiddenSize()) {
      throw new IllegalArgumentException(
          "rank: %d (expected: at most %d, the backbone's hidden size)"
              .formatted(options.learning().rank(), config.hiddenSize()));
    }
    return teacher;
  }

  private int[] layers(RewardModel teacher, ModelConfig config) {
    Set<Integer> layers = new TreeSet<>(options.learning().layers());
    if (layers.isEmpty()) {
      layers.add(teacher.card().readout().layer());
    }
    RewardModelCheck.requireLayers(layers, config.numHiddenLayers());
    return layers.stream().mapToInt(Integer::intValue).toArray();
  }

  private int maxTokens(ModelConfig config) {
    return Math.min(options.reading().maxTokens(), config.maxPositionEmbeddings());
  }

  private ExampleFile<ScoredLine> read(ModelConfig config, TextEncoder texts) {
    ExampleFile<ScoredLine> file =
        new ExampleReader<>(
                new ScoredFormat(texts, maxTokens(config)).lines(), options.skipInvalid())
            .read(options.data());
    if (file.skipped() > 0) {
      notices.accept(file.skipped() + " lines skipped, because they contain no usable response.");
    }
    return file;
  }

  /** Draws the responses to train on, as many as there is memory for their states. */
  private List<StepDrawing.Drawn> drawTraining(
      StepDrawing drawing, Checkpoint checkpoint, int[] layers) {
    long bytes = (long) Float.BYTES * checkpoint.config().hiddenSize() * layers.length;
    long room = Runtime.getRuntime().maxMemory() / 2 / bytes;
    List<StepDrawing.Drawn> all = drawing.training(options.reading().responses(), Long.MAX_VALUE);
    List<StepDrawing.Drawn> some = drawing.training(options.reading().responses(), room);
    if (some.size() < all.size()) {
      notices.accept(
          ("Training on %d of %d responses, because there is memory for the states of only %,d steps"
                  + " (PANDA_MEMORY, --steps).")
              .formatted(some.size(), all.size(), room));
    }
    return some;
  }

  private Fitted fit(
      Checkpoint checkpoint,
      RewardModel teacher,
      int[] layers,
      List<NextTokenStep> steps,
      List<CandidateStep> heldOut) {
    ModelConfig config = checkpoint.config();
    Embeddings embeddings =
        new Embeddings(checkpoint.read(ModelTensors.EMBEDDING), config.hiddenSize());
    List<Fitted> fitted = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      TokenHeadFit fit = new TokenHeadFit(config, embeddings, fitting(), steps, i);
      TokenHead head;
      try (BatchProgress progress = display.start("Layer " + layers[i], fit.updates())) {
        head = fit.run(progress);
      }
      Agreement agreement = agreement(teacher, head, i, heldOut);
      notices.accept(
          "Layer %d: rank agreement %.3f, same best %.3f, explained %.3f"
              .formatted(layers[i], agreement.rank(), agreement.sameBest(), agreement.explained()));
      fitted.add(new Fitted(layers[i], head, agreement));
    }
    return Collections.max(fitted, Comparator.comparingDouble(f -> f.agreement().rank()));
  }

  private TokenHeadFit.Options fitting() {
    return new TokenHeadFit.Options(
        options.learning().rank(),
        options.learning().epochs(),
        RATE,
        DECAY,
        options.learning().seed(),
        options.reading().device(),
        options.reading().threads());
  }

  /** The agreement of the estimates, clipped as in serving. */
  private static Agreement agreement(
      RewardModel teacher, TokenHead head, int layerIndex, List<CandidateStep> heldOut) {
    return Agreement.of(
        heldOut,
        step -> {
          float[] estimates = head.projections(step.states()[layerIndex], step.candidates());
          for (int z = 0; z < estimates.length; z++) {
            estimates[z] = CandidateStep.clipped(teacher, estimates[z]);
          }
          return estimates;
        });
  }
}
