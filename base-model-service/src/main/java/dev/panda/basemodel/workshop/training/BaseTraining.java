package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.HuggingFaceConfig;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.decoder.InitialWeights;
import dev.panda.transformer.decoder.TrainableDecoder;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.TokenizerReduction;
import dev.panda.transformer.tokenizer.Tokenizers;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.SavedState;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trains a model on files of answers. It works in a folder beside the output, with the output's
 * name plus {@code .training}. After an interruption at any moment, the same request resumes from
 * that folder and arrives at the same weights.
 */
public final class BaseTraining {
  static final String END = "<|end|>";

  /** The special tokens, in the order of their ids. */
  static final List<String> SPECIAL_TOKENS =
      List.of(END, "<|system|>", "<|user|>", "<|assistant|>");

  /** A turn consists of its role's token, the text, and the end token. */
  static final String CHAT_TEMPLATE =
      "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
          + "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

  private static final String TENSORS = "model.safetensors";

  private final TrainingRequest request;
  private final TrainingProgress progress;
  private final Path work;
  private final Path model;
  private final Path stateFile;

  private BaseTraining(TrainingRequest request, TrainingProgress progress) {
    this.request = request;
    this.progress = progress;
    this.work = request.output().resolveSibling(request.output().getFileName() + ".training");
    this.model = work.resolve("model");
    this.stateFile = work.resolve("state.safetensors");
  }

  /**
   * Trains the model and writes its folder, which appears complete or not at all.
   *
   * @return the trained model, or nothing if {@code progress} stopped the training
   * @throws TrainingException if the data, the settings or existing files do not allow it
   * @throws dev.panda.transformer.checkpoint.CheckpointException if the tokenizer cannot be used
   */
  public static Optional<TrainedModel> run(TrainingRequest request, TrainingProgress progress) {
    if (Files.exists(request.output())) {
      throw new TrainingException(
          request.output() + ": exists (expected: a new folder)",
          "Choose another --output, or move that folder away.");
    }
    try {
      return new BaseTraining(request, progress).run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<TrainedModel> run() throws IOException {
    Files.createDirectories(model);
    removeUnfinishedFiles();
    int endToken = SPECIAL_TOKENS.indexOf(END);
    int vocabulary =
        new TokenizerReduction(request.merges(), SPECIAL_TOKENS, END, CHAT_TEMPLATE)
            .write(request.tokenizerFrom(), model);
    ConfigFiles.write(model, request.shape(), vocabulary, endToken);
    try (Tokenizer tokenizer = Tokenizers.open(model)) {
      ChatTemplate template = ChatTemplate.open(model).orElseThrow();
      TrainingData data = TrainingData.read(request, tokenizer, template, endToken);
      return train(data, settings(data, tokenizer));
    }
  }

  private Optional<TrainedModel> train(TrainingData data, Map<String, String> settings)
      throws IOException {
    ModelConfig config = HuggingFaceConfig.read(model);
    boolean resumes = Files.exists(stateFile);
    try (Checkpoint begin =
            resumes
                ? interrupted(config, settings)
                : new InitialWeights(config, request.settings().seed());
        TrainableDecoder decoder =
            TrainableDecoder.load(begin, request.device(), request.threads())) {
      Trainer trainer =
          new Trainer(
              decoder,
              request.settings(),
              data.training(),
              data.heldOut(),
              request.saveEvery(),
              progress,
              System::nanoTime);
      describe(data, config, trainer);
      TrainingState state =
          begin instanceof StateFile.Saved saved ? resume(saved, decoder) : trainer.begin();
      state = trainer.run(state, now -> StateFile.write(stateFile, decoder, now, settings));
      if (!state.isDone()) {
        progress.say(
            "stopped after update %,d; run the same command to resume from there"
                .formatted(state.update()));
        return Optional.empty();
      }
      return Optional.of(finish(data, config, decoder, trainer, state));
    }
  }

  private StateFile.Saved interrupted(ModelConfig config, Map<String, String> settings) {
    StateFile.Saved saved = StateFile.open(stateFile, config);
    try {
      saved.saved().requireSettings(settings);
      return saved;
    } catch (TrainingException e) {
      saved.close();
      throw e;
    }
  }

  private TrainingState resume(StateFile.Saved saved, TrainableDecoder decoder) {
    decoder.restoreMoments(saved::read);
    progress.say("resuming after update %,d".formatted(saved.state().update()));
    return saved.state();
  }

  private void describe(TrainingData data, ModelConfig config, Trainer trainer) {
    if (data.skipped() > 0) {
      progress.say("skipped %,d unusable lines".formatted(data.skipped()));
    }
    if (data.leftOut() > 0) {
      progress.say("left out %,d answers (%s)".formatted(data.leftOut(), request.selection()));
    }
    if (data.shortened() > 0) {
      progress.say("cut %,d answers that do not fit the context".formatted(data.shortened()));
    }
    progress.say(
        "%,d answers to %,d prompts, %,d of them held out by %s; %,d tokens a pass, at most %,d in one"
            .formatted(
                data.training().size() + data.heldOut().size(),
                data.prompts(),
                data.heldOut().size(),
                request.holdOut(),
                data.tokens(),
                data.longest()));
    progress.say(
        "%,d weights, %,d token ids; %,d updates a pass; to train: %s"
            .formatted(
                request.shape().weights(config.vocabSize()),
                config.vocabSize(),
                trainer.updatesPerPass(),
                request.settings().budget()));
  }

  private TrainedModel finish(
      TrainingData data,
      ModelConfig config,
      TrainableDecoder decoder,
      Trainer trainer,
      TrainingState state)
      throws IOException {
    SafetensorsWriter.write(
        model.resolve(TENSORS), decoder.tensors(ScalarType.BF16), Map.of("format", "pt"));
    Measurement last = state.measurements().get(state.measurements().size() - 1);
    double written = heldOutLossAsWritten(trainer);
    Files.writeString(
        model.resolve("README.md"),
        new ModelCard(request, data, config, trainer.updatesPerPass(), state, written).text());
    TrainedModel trained =
        new TrainedModel(
            request.output(),
            request.shape().weights(config.vocabSize()),
            size(model),
            state.update(),
            state.seconds(),
            last.trainingLoss(),
            written);
    Files.move(model, request.output(), StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(stateFile);
    Files.deleteIfExists(work);
    return trained;
  }

  private double heldOutLossAsWritten(Trainer trainer) {
    try (Checkpoint written = Checkpoints.open(model);
        TrainableDecoder decoder =
            TrainableDecoder.load(written, request.device(), request.threads())) {
      return trainer.heldOutLoss(decoder);
    }
  }

  /** All settings that the weights depend on, by their names in messages. */
  private Map<String, String> settings(TrainingData data, Tokenizer tokenizer) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("data", String.join(" ", data.files().stream().map(ExampleFile::fingerprint).toList()));
    all.put("skip-invalid", String.valueOf(request.skipInvalid()));
    all.put("selection", request.selection().toString());
    all.put("tokenizer", tokenizer.fingerprint());
    all.put("shape", request.shape().toString());
    all.put("hold-out", request.holdOut() + " " + request.validationShare());
    all.put("budget", request.settings().budget().toString());
    all.put("settings", request.settings().toString());
    all.put("threads", request.device() + " " + request.threads());
    return all;
  }

  /** Deletes partly written files that a killed process left. */
  private void removeUnfinishedFiles() throws IOException {
    SavedState.removePartial(work);
    SavedState.removePartial(model);
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
