package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.adapter.ReplacedTensors;
import dev.panda.transformer.decoder.TrainableReward;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.RewardHead;
import dev.panda.transformer.reward.TrainingMethod;
import dev.panda.transformer.workshop.training.Interruption;
import dev.panda.transformer.workshop.training.SavedState;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Trains a backbone together with a head (paper, Eq. 4). It begins with the best head on the
 * original backbone, and keeps the weights that did best on the validation pairs.
 *
 * <p>After an interruption at any moment, training with the same settings resumes from the state in
 * the work folder and arrives at the same weights.
 */
final class BackboneAdaptation {
  private static final String STATE = "state.safetensors";
  private static final String BEST = "best.";

  private final AdaptationOptions options;
  private final TrainingOptions.Model model;
  private final long seed;
  private final BatchProgress.Display display;
  private final Path stateFile;

  /** The best weights so far, in the form in which they are saved. */
  private Map<String, TensorData> best = Map.of();

  /**
   * The start of an adaptation.
   *
   * @param readout the readout to train
   * @param cuts the cuts of each pair to train on
   * @param settings all other settings that the weights depend on, by their names in messages
   */
  record Start(
      FittedReadout readout,
      StandardisedHead head,
      Function<PreferencePair, int[]> cuts,
      Map<String, String> settings) {}

  /**
   * The result of an adaptation.
   *
   * @param head the head for the new weights
   * @param weights number of trained weights
   * @param folder of the new weights
   * @param total number of updates in a full run
   */
  record Adapted(RewardHead head, long weights, Path folder, long total, AdaptationState state) {}

  BackboneAdaptation(
      AdaptationOptions options,
      TrainingOptions.Model model,
      long seed,
      BatchProgress.Display display) {
    this.options = options;
    this.model = model;
    this.seed = seed;
    this.display = display;
    this.stateFile = options.work().resolve(STATE);
  }

  /**
   * Trains, and writes the weights below the work folder.
   *
   * @throws TrainingException if training cannot continue, or Ctrl-C stopped it
   */
  Adapted run(Checkpoint backbone, Start start, EncodedPairs pairs) {
    Map<String, String> settings = settings(start);
    try {
      Files.createDirectories(options.model());
      SavedState.removePartial(options.work());
      SavedState.removePartial(options.model());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!Files.exists(stateFile)) {
      return train(backbone, Optional.empty(), start, pairs, settings);
    }
    try (SavedState<AdaptationState> saved =
        SavedState.open(stateFile, AdaptationState.class, "train-reward")) {
      saved.requireSettings(settings);
      return train(backbone, Optional.of(saved), start, pairs, settings);
    }
  }

  private Adapted train(
      Checkpoint backbone,
      Optional<SavedState<AdaptationState>> saved,
      Start start,
      EncodedPairs pairs,
      Map<String, String> settings) {
    try (TrainableReward reward = load(backbone, saved, start)) {
      AdaptationOptions.Learning learning = options.learning();
      AdaptationTrainer trainer =
          new AdaptationTrainer(
              reward,
              learning,
              batches(pairs.training(), start.cuts(), start),
              batches(pairs.validation(), pair -> Cuts.evaluated(), start));
      AdaptationState state = saved.map(SavedState::state).orElseGet(trainer::begin);
      best = saved.map(this::savedBest).orElseGet(() -> AdaptationTensors.of(reward));
      try (Interruption interruption = new Interruption();
          BatchProgress progress = display.start("Training", trainer.total())) {
        progress.advance(state.update());
        state =
            trainer.run(
                state,
                options.saveEvery(),
                interruption::asked,
                keeper(reward, settings),
                progress);
      }
      if (!trainer.isDone(state)) {
        throw new TrainingException(
            "stopped after update %,d".formatted(state.update()),
            "Run the same command to resume from there.");
      }
      Path folder = write(backbone, start.readout().layer());
      return new Adapted(head(start), reward.size(), folder, trainer.total(), state);
    }
  }

  private PairBatches batches(
      List<EncodedPair> pairs, Function<PreferencePair, int[]> cuts, Start start) {
    AdaptationOptions.Learning learning = options.learning();
    return new PairBatches(
        pairs, cuts, start.readout().pooling(), learning.batch(), learning.microBatch(), seed);
  }

  private TrainableReward load(
      Checkpoint backbone, Optional<SavedState<AdaptationState>> saved, Start start) {
    double[] deviation = start.head().standardisation().deviation();
    float[] scale = new float[deviation.length];
    float[] head = new float[deviation.length];
    for (int i = 0; i < scale.length; i++) {
      scale[i] = (float) (1 / deviation[i]);
      head[i] = (float) start.head().v()[i];
    }
    int layer = start.readout().layer();
    TrainableReward.Readout readout =
        new TrainableReward.Readout(
            layer,
            saved.map(state -> state.file().read(AdaptationTensors.HEAD)).orElse(head),
            scale);
    Optional<LowRankAdapter> adapter =
        options.method() == TrainingMethod.LOW_RANK
            ? Optional.of(adapter(backbone, saved, layer))
            : Optional.empty();
    Checkpoint weights =
        options.method() == TrainingMethod.FULL && saved.isPresent()
            ? new ReplacedTensors(backbone, saved.get().file())
            : backbone;
    TrainableReward reward =
        TrainableReward.load(weights, adapter, readout, model.device(), model.threads());
    try {
      saved.ifPresent(state -> reward.restoreMoments(state.file()::read));
      return reward;
    } catch (RuntimeException e) {
      reward.close();
      throw e;
    }
  }

  private LowRankAdapter adapter(
      Checkpoint backbone, Optional<SavedState<AdaptationState>> saved, int layer) {
    LowRankAdapter initial = initial(backbone, layer);
    return saved
        .map(state -> AdaptationTensors.adapter(initial, state.file()::read))
        .orElse(initial);
  }

  private LowRankAdapter initial(Checkpoint backbone, int layer) {
    AdaptationOptions.LowRank lowRank = options.lowRank();
    return LowRankAdapter.initial(
        backbone.config(), layer, lowRank.layers(), lowRank.rank(), lowRank.alpha(), seed);
  }

  private AdaptationTrainer.Keeper keeper(TrainableReward reward, Map<String, String> settings) {
    return new AdaptationTrainer.Keeper() {
      @Override
      public void best() {
        best = AdaptationTensors.of(reward);
      }

      @Override
      public void save(AdaptationState state) {
        Map<String, TensorData> tensors = new LinkedHashMap<>(AdaptationTensors.of(reward));
        best.forEach((name, tensor) -> tensors.put(BEST + name, tensor));
        tensors.putAll(reward.moments());
        SavedState.write(stateFile, tensors, state, settings);
      }
    };
  }

  private Map<String, TensorData> savedBest(SavedState<AdaptationState> saved) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    saved
        .file()
        .tensors()
        .forEach(
            (name, info) -> {
              if (name.startsWith(BEST)) {
                tensors.put(
                    name.substring(BEST.length()),
                    new TensorData(ScalarType.F32, info.shape(), saved.file().read(name)));
              }
            });
    return tensors;
  }

  private RewardHead head(Start start) {
    float[] learned = best.get(AdaptationTensors.HEAD).values();
    double[] v = new double[learned.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = learned[i];
    }
    return new StandardisedHead(start.head().standardisation(), v).folded();
  }

  private Path write(Checkpoint backbone, int layer) {
    Path folder = options.model();
    if (options.method() == TrainingMethod.LOW_RANK) {
      LowRankAdapter adapter =
          AdaptationTensors.adapter(initial(backbone, layer), name -> best.get(name).values());
      OwnWeights.write(folder, adapter, model.name());
    } else {
      Map<String, TensorData> tensors = new LinkedHashMap<>(best);
      tensors.remove(AdaptationTensors.HEAD);
      OwnWeights.write(folder, tensors);
    }
    return folder;
  }

  private Map<String, String> settings(Start start) {
    Map<String, String> all = new LinkedHashMap<>(start.settings());
    all.put("method", options.method().toString());
    all.put("readout", start.readout().layer() + " " + start.readout().pooling());
    if (options.method() == TrainingMethod.LOW_RANK) {
      all.putAll(options.lowRank().settings());
    }
    all.putAll(options.learning().settings());
    all.put("seed", String.valueOf(seed));
    all.put("threads", model.device() + " " + model.threads());
    return all;
  }
}
