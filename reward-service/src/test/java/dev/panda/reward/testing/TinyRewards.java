package dev.panda.reward.testing;

import static dev.panda.transformer.testing.TinyModels.clipped;
import static dev.panda.transformer.testing.TinyModels.readout;

import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.adapter.LowRankFactors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardHead;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.TrainingMethod;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyModels;
import dev.panda.transformer.testing.TinyTokenizer;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A random backbone with a random head of every kind on two of its layers, for a test run. */
public final class TinyRewards implements QuarkusTestResourceLifecycleManager {
  public static final int VOCABULARY = TinyTokenizer.SIZE;
  public static final int HIDDEN = 32;
  public static final int LAYERS = 3;
  public static final int CONTEXT = 64;
  public static final int CACHE_TOKENS = 256;

  /** Every preference whose rewards are finite, by name. */
  public static final List<String> PREFERENCES =
      List.of("increment", "increment-clipped", "last", "last-clipped", "mean", "mean-clipped");

  /** A preference whose weights are usable, and whose reward of {@link #BELL} is not finite. */
  public static final String OVERFLOWING = "overflowing";

  /** The token of the character U+0007; see {@link #writeBell}. */
  public static final int BELL = TinyTokenizer.FIRST_BYTE_ID + 7;

  private Path folder;

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("tiny-rewards");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write(folder);
    writeBell(folder);
    return Map.of(
        "panda.reward.model", folder.toString(),
        "panda.reward.numerics", "float32",
        "panda.reward.cache-tokens", Integer.toString(CACHE_TOKENS),
        "panda.reward.round-tokens", "48",
        "panda.reward.open-timeout", "200ms",
        "panda.reward.connection-share", "1",
        "panda.reward.max-candidates", "40",
        "panda.reward.max-preferences", "6",
        "panda.reward.max-responses", "8");
  }

  /** Writes checkpoint, tokenizer and reward models. */
  public static void write(Path folder) {
    writeBackbone(folder);
    writeHeads(folder);
  }

  /** Writes checkpoint and tokenizer. */
  public static void writeBackbone(Path folder) {
    checkpoint().write(folder);
    TinyTokenizer.write(folder);
  }

  /** Writes the checkpoint again, with huge hidden states for {@link #BELL}. */
  public static void writeBell(Path folder) {
    Map<String, TensorData> tensors = checkpoint().tensors();
    float[] embedding = tensors.get("model.embed_tokens.weight").values();
    Arrays.fill(embedding, BELL * HIDDEN, (BELL + 1) * HIDDEN, 1e30f);
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
  }

  private static TinyCheckpoint checkpoint() {
    return TinyCheckpoint.llama(3)
        .vocabSize(VOCABULARY)
        .hiddenSize(HIDDEN)
        .layers(LAYERS)
        .context(CONTEXT);
  }

  private static void writeHeads(Path folder) {
    String fingerprint = fingerprint(folder);
    write(folder, fingerprint, "last", readout(3, Pooling.LAST));
    write(folder, fingerprint, "last-clipped", clipped(2, Pooling.LAST, -1, 1.5));
    write(folder, fingerprint, "mean", readout(2, Pooling.MEAN));
    write(folder, fingerprint, "mean-clipped", clipped(3, Pooling.MEAN, -1, 1.5));
    write(folder, fingerprint, "increment", readout(3, Pooling.INCREMENT));
    write(folder, fingerprint, "increment-clipped", clipped(2, Pooling.INCREMENT, -1, 1.5));
    float[] huge = new float[HIDDEN];
    Arrays.fill(huge, 1e9f);
    RewardModelFolder.write(
        folder.resolve("rewards").resolve(OVERFLOWING),
        new RewardModel(
            TinyModels.card(OVERFLOWING, fingerprint, readout(2, Pooling.MEAN), Calibration.NONE),
            new RewardHead(huge, 0)));
  }

  private static void write(Path folder, String fingerprint, String preference, Readout readout) {
    RewardModelFolder.write(
        folder.resolve("rewards").resolve(preference),
        TinyModels.random(preference, fingerprint, readout, HIDDEN));
  }

  /** The reward model of a preference. */
  public static RewardModel model(Path folder, String preference) {
    return RewardModelFolder.read(folder.resolve("rewards").resolve(preference));
  }

  /**
   * Writes the same reward model under another name, with an adapter of one matrix, {@code b} in
   * each place.
   *
   * @param folder whose name is the preference's
   */
  public static void writeAdapted(Path folder, RewardModel model, float b) {
    RewardCard card =
        TinyModels.card(folder.getFileName().toString(), model.card(), TrainingMethod.LOW_RANK);
    RewardModelFolder.write(folder, new RewardModel(card, model.head()));
    float[] ones = new float[HIDDEN];
    float[] rows = new float[HIDDEN];
    Arrays.fill(ones, 1);
    Arrays.fill(rows, b);
    OwnWeights.write(
        folder,
        new LowRankAdapter(
            1, 1, false, Map.of(LinearLayer.Q.weight(1), new LowRankFactors(1, ones, rows))),
        "tiny");
  }

  /** That of a backbone's tokenizer. */
  public static String fingerprint(Path folder) {
    try (Tokenizer tokenizer = Tokenizers.open(folder)) {
      return tokenizer.fingerprint();
    }
  }

  @Override
  public void stop() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
