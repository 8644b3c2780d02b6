package dev.panda.reward.workshop.scoring;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.reward.serving.model.LoadedRewards;
import dev.panda.reward.serving.model.RewardOptions;
import dev.panda.reward.serving.model.ServedRewards;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.InFlight;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.reward.RewardException;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardTrace;
import dev.panda.transformer.reward.ScoreUnit;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.ExampleReader;
import dev.panda.transformer.workshop.training.Hashes;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Scores the responses of a file with all reward models, as the service's {@code ScoreSequences}
 * does. The output appears complete or not at all; a killed run resumes where it stopped.
 */
public final class Scoring {
  private static final JsonMapper JSON = new JsonMapper();

  private final Options options;
  private final BatchProgress.Display display;
  private final Consumer<String> notices;

  /**
   * The options of a scoring.
   *
   * @param backbone folder or file of the backbone
   * @param rewards which reward models to load, and how to run them
   * @param input responses, JSON Lines
   * @param output file for the responses with their rewards
   * @param skipInvalid whether to skip unusable lines
   */
  public record Options(
      Path backbone, RewardOptions rewards, Path input, Path output, boolean skipInvalid) {}

  /**
   * @param notices receives a line about skipped lines and a line about lines that are already
   *     scored
   */
  public Scoring(Options options, BatchProgress.Display display, Consumer<String> notices) {
    this.options = options;
    this.display = display;
    this.notices = notices;
  }

  /**
   * Writes the output.
   *
   * @return number of lines in the output
   * @throws TrainingException if the input cannot be used, or a response cannot be scored
   * @throws dev.panda.transformer.checkpoint.CheckpointException if the backbone cannot be used
   * @throws dev.panda.transformer.reward.RewardModelException if a reward model cannot be used
   * @throws IllegalArgumentException if an option does not fit the backbone or the machine
   */
  public int run() throws IOException {
    ExampleFile<ScoredLine> file = read();
    if (file.skipped() > 0) {
      notices.accept(file.skipped() + " lines skipped, because they contain no usable response.");
    }
    try (LoadedRewards rewards = LoadedRewards.load(options.rewards(), notices);
        ResumedLines lines = ResumedLines.open(options.output(), name(file, rewards))) {
      if (lines.size() > 0) {
        notices.accept(
            "%d of %d lines were scored before.".formatted(lines.size(), file.examples().size()));
      }
      score(file.examples().subList(lines.size(), file.examples().size()), rewards, lines);
      lines.finish();
    } catch (RewardException e) {
      throw new TrainingException(e.getMessage(), "Try --numerics float32.", e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return file.examples().size();
  }

  private ExampleFile<ScoredLine> read() {
    try (Checkpoint checkpoint = Checkpoints.open(options.backbone());
        TextEncoder texts = TextEncoder.open(checkpoint)) {
      int context = options.rewards().running().contextLength(checkpoint.config());
      return new ExampleReader<>(new ScoredFormat(texts, context).lines(), options.skipInvalid())
          .read(options.input());
    }
  }

  /** A name for the output's lines: a hash of everything that they depend on. */
  private String name(ExampleFile<ScoredLine> file, LoadedRewards rewards) {
    MessageDigest digest = Hashes.sha256();
    Hashes.update(digest, file.fingerprint());
    Hashes.update(digest, options.rewards().running().numerics().toString());
    String backbone = Fingerprint.ofCheckpoint(options.backbone());
    for (ServedRewards part : rewards.parts()) {
      Hashes.update(digest, Fingerprint.of(backbone, part.ownWeights()));
      for (RewardModel model : part.models()) {
        Hashes.update(digest, model.card().toString());
        Hashes.update(digest, Arrays.toString(model.head().weight()) + model.head().bias());
        model.padding().ifPresent(token -> Hashes.update(digest, "padding " + token));
      }
    }
    return Hashes.hex(digest.digest()).substring(0, 12);
  }

  private void score(List<ScoredLine> lines, LoadedRewards rewards, ResumedLines output) {
    try (BatchProgress progress = display.start("Lines", lines.size())) {
      InFlight.run(
          lines,
          line -> all(line.responses().stream().map(response -> read(response, rewards)).toList()),
          (line, readouts) -> {
            for (int i = 0; i < readouts.size(); i++) {
              line.object()
                  .set(line.responses().get(i).rewardsField(), rewards(rewards, readouts.get(i)));
            }
            write(line, output);
            progress.advance(1);
          });
    }
  }

  /** The readouts of a response, by part. */
  private static CompletableFuture<List<float[][]>> read(
      ScoredLine.Response response, LoadedRewards rewards) {
    return all(
        rewards.parts().stream()
            .map(part -> part.read(response.tokens(), response.start()))
            .toList());
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
  }

  /**
   * The rewards by preference, raw and normalised.
   *
   * @param readouts w · h of the response's tokens [token × model], by part
   */
  private static ObjectNode rewards(LoadedRewards rewards, List<float[][]> readouts) {
    ObjectNode object = JSON.createObjectNode();
    for (int p = 0; p < readouts.size(); p++) {
      List<RewardModel> models = rewards.parts().get(p).models();
      for (int m = 0; m < models.size(); m++) {
        RewardTrace trace = new RewardTrace(models.get(m));
        for (float[] token : readouts.get(p)) {
          trace.accept(token[m]);
        }
        object
            .putObject(models.get(m).card().preference())
            .put("raw", trace.in(ScoreUnit.RAW, trace.raw()))
            .put("normalised", trace.in(ScoreUnit.NORMALISED, trace.raw()));
      }
    }
    return object;
  }

  private static void write(ScoredLine line, ResumedLines output) {
    try {
      output.add(JSON.writeValueAsString(line.object()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
