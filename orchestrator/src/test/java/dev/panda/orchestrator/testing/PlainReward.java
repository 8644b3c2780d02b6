package dev.panda.orchestrator.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A reward model with a random head, as a formula and as the folder that the reward service reads.
 *
 * @param pooling {@code last}, {@code mean} or {@code increment}
 * @param clip [low, high], or empty
 */
public record PlainReward(
    String name,
    int layer,
    String pooling,
    double[] clip,
    double mean,
    double deviation,
    float[] weight,
    float bias) {
  private static final String WEIGHTS = "model.safetensors";

  /** With a head drawn from a seed. */
  public static PlainReward random(
      String name, int layer, String pooling, double[] clip, int hiddenSize, long seed) {
    Random random = new Random(seed);
    float[] weight = new float[hiddenSize];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (0.2 * random.nextGaussian());
    }
    return new PlainReward(name, layer, pooling, clip, 0.1, 0.4, weight, 0.05f);
  }

  /** A reward model and the weights that it reads. */
  public record Reader(PlainReward reward, PlainDecoder backbone) {
    public String name() {
      return reward.name;
    }

    /** The normalised reward of a response that has at least one token. */
    double of(int[] tokens, int promptLength) {
      return reward.of(backbone, tokens, promptLength);
    }
  }

  /** Reads a backbone. */
  public Reader on(PlainDecoder backbone) {
    return new Reader(this, backbone);
  }

  private double of(PlainDecoder backbone, int[] tokens, int promptLength) {
    double[][] states = backbone.states(tokens)[layer - 1];
    double sum = 0;
    double last = 0;
    for (int t = promptLength; t < tokens.length; t++) {
      last = bias;
      for (int i = 0; i < weight.length; i++) {
        last += weight[i] * states[t][i];
      }
      if (clip.length > 0) {
        last = Math.min(Math.max(last, clip[0]), clip[1]);
      }
      sum += last;
    }
    double raw = pooling.equals("mean") ? sum / (tokens.length - promptLength) : last;
    return (raw - mean) / deviation;
  }

  /** Writes the folder {@code name} below another; the folder. */
  public Path write(Path parent, String tokenizerFingerprint) {
    return write(parent, card(tokenizerFingerprint));
  }

  /** The same for a reward model with a checkpoint's weights as its own. */
  public Path write(Path parent, String tokenizerFingerprint, Path checkpoint) {
    Path folder = write(parent, card(tokenizerFingerprint).put("method", "full"));
    try {
      Files.copy(checkpoint.resolve(WEIGHTS), folder.resolve(WEIGHTS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private ObjectNode card(String tokenizerFingerprint) {
    ObjectNode card =
        JsonNodeFactory.instance
            .objectNode()
            .put("preference", name)
            .put("description", "a random head")
            .put("backbone", "tiny")
            .put("tokenizer_fingerprint", tokenizerFingerprint);
    ObjectNode readout = card.putObject("readout").put("layer", layer).put("pooling", pooling);
    if (clip.length > 0) {
      readout.putObject("clip").put("low", clip[0]).put("high", clip[1]);
    }
    card.putObject("calibration").put("mean", mean).put("standard_deviation", deviation);
    return card.put("default_strength", 1.0);
  }

  private Path write(Path parent, ObjectNode card) {
    Path folder = parent.resolve(name);
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("reward.json"), card.toPrettyString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SafetensorsWriter.write(
        folder.resolve("head.safetensors"),
        Map.of(
            "weight", new TensorData(ScalarType.F32, List.of(weight.length), weight),
            "bias", new TensorData(ScalarType.F32, List.of(), new float[] {bias})),
        Map.of());
    return folder;
  }
}
