package dev.panda.reward.workshop.distillation;

import dev.panda.reward.serving.head.RewardModel;
import dev.panda.reward.serving.head.RewardModelException;
import dev.panda.reward.serving.head.RewardModelFolder;
import dev.panda.reward.serving.head.TokenHead;
import dev.panda.reward.serving.head.TokenHeadRecord;
import dev.panda.reward.serving.model.Backbone;
import dev.panda.reward.serving.model.BackboneCheck;
import dev.panda.reward.serving.model.Fingerprint;
import dev.panda.reward.serving.model.RewardModelCheck;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.scoring.ScoredFormat;
import dev.panda.reward.workshop.scoring.ScoredLine;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.decoder.Numerics;
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
 * Distils a token head from a reward model (specification, Token heads): it learns what the model
 * reads of each response's tokens from the state before each. On prompts split off, the likeliest
 * next tokens are rewarded one by one and say how well it stands for the model.
 *
 * <p>The same options and files give the same token head, but for rounding: responses are read
 * several at a time.
 */
public final class TokenHeadTraining {
  private static final double RATE = 3e-3;
  private static final double DECAY = 0.3;

  private final Options options;
  private final BatchProgress.Display display;
  private final Consumer<String> notices;

  /**
   * What is distilled from what.
   *
   * @param backbone its folder or file
   * @param teacher folder of the reward model
   * @param data responses or pairs, JSON Lines
   * @param reading how the backbone is run
   * @param learning how the head is fit
   * @param licence of the responses, for the card
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
      String licence,
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

  /** A fitted head and how it does. */
  private record Fitted(int layer, TokenHead head, Agreement agreement) {}

  /**
   * @param notices told, a line each, what people should know and a card does not say
   */
  public TokenHeadTraining(
      Options options, BatchProgress.Display display, Consumer<String> notices) {
    this.options = options;
    this.display = display;
    this.notices = notices;
  }

  /**
   * The reward model with its token head. Nothing is written; where it has weights of its own, the
   * token head is to be read from these.
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
          "%s: is a token head itself (expected: the reward model that it stands for, %s)"
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
          "candidates: %d (expected: at most %d, the vocabulary)"
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
      notices.accept(file.skipped() + " lines skipped: they hold no usable response.");
    }
    return file;
  }

  /** Responses to learn from, as many as there is memory for their states. */
  private List<StepDrawing.Drawn> drawTraining(
      StepDrawing drawing, Checkpoint checkpoint, int[] layers) {
    long bytes = (long) Float.BYTES * checkpoint.config().hiddenSize() * layers.length;
    long room = Runtime.getRuntime().maxMemory() / 2 / bytes;
    List<StepDrawing.Drawn> all = drawing.training(options.reading().responses(), Long.MAX_VALUE);
    List<StepDrawing.Drawn> some = drawing.training(options.reading().responses(), room);
    if (some.size() < all.size()) {
      notices.accept(
          "Learning from %d of %d responses: there is memory for the states of %,d steps (PANDA_MEMORY, --steps)."
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

  /** Of estimates as they are served: clipped. */
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
