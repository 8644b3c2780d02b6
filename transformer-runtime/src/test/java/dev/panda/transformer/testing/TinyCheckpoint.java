package dev.panda.transformer.testing;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A random model of a few thousand weights, written as a Hugging Face folder without a tokenizer.
 * The same seed and shapes give the same weights. Token 1 begins a text, token 2 ends it.
 */
public final class TinyCheckpoint {
  private final String family;
  private final Random random;
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();

  private int vocabSize = 64;
  private int hiddenSize = 32;
  private int intermediateSize = 48;
  private int layers = 2;
  private int heads = 4;
  private int keyValueHeads = 2;
  private int headDim = 8;
  private int context = 256;
  private int labels;
  private boolean tied;
  private double scale = 0.15;
  private ScalarType type = ScalarType.F32;

  private TinyCheckpoint(String family, long seed) {
    this.family = family;
    this.random = new Random(seed);
  }

  public static TinyCheckpoint llama(long seed) {
    return new TinyCheckpoint("Llama", seed);
  }

  /** With biases of queries, keys and values. */
  public static TinyCheckpoint qwen2(long seed) {
    return new TinyCheckpoint("Qwen2", seed);
  }

  public TinyCheckpoint vocabSize(int size) {
    vocabSize = size;
    return this;
  }

  public TinyCheckpoint hiddenSize(int size) {
    hiddenSize = size;
    return this;
  }

  public TinyCheckpoint intermediateSize(int size) {
    intermediateSize = size;
    return this;
  }

  public TinyCheckpoint layers(int number) {
    layers = number;
    return this;
  }

  public TinyCheckpoint heads(int queries, int keysAndValues, int dimension) {
    heads = queries;
    keyValueHeads = keysAndValues;
    headDim = dimension;
    return this;
  }

  /** Number of positions. */
  public TinyCheckpoint context(int positions) {
    context = positions;
    return this;
  }

  /** Whether the embedding is also the language-model head; false by default. */
  public TinyCheckpoint tied(boolean isTied) {
    tied = isTied;
    return this;
  }

  /** Makes it a sequence classifier: {@code score.weight} [labels, hidden], no language model. */
  public TinyCheckpoint labels(int number) {
    labels = number;
    return this;
  }

  /** Standard deviation of the weights; 0.15 by default. */
  public TinyCheckpoint scale(double deviation) {
    scale = deviation;
    return this;
  }

  /** Storage type of the weights; float32 by default. */
  public TinyCheckpoint type(ScalarType elementType) {
    type = elementType;
    return this;
  }

  /**
   * Writes {@code config.json} and {@code model.safetensors}. Call it once for each object.
   *
   * @return the folder, created if needed
   */
  public Path write(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), config().toPrettyString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors(), Map.of("format", "pt"));
    return folder;
  }

  /** The configuration, with Hugging Face's names. */
  public ObjectNode config() {
    ObjectNode config = new JsonMapper().createObjectNode();
    config.putArray("architectures").add(architecture());
    return config
        .put("model_type", family.equals("Llama") ? "llama" : "qwen2")
        .put("vocab_size", vocabSize)
        .put("hidden_size", hiddenSize)
        .put("intermediate_size", intermediateSize)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", keyValueHeads)
        .put("head_dim", headDim)
        .put("max_position_embeddings", context)
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 10_000.0)
        .put("hidden_act", "silu")
        .put("tie_word_embeddings", tied)
        .put("bos_token_id", 1)
        .put("eos_token_id", 2);
  }

  /** The weights, in file order; each call draws them again. */
  public Map<String, TensorData> tensors() {
    tensors.clear();
    matrix("model.embed_tokens.weight", vocabSize, hiddenSize);
    for (int layer = 0; layer < layers; layer++) {
      layer("model.layers." + layer + ".");
    }
    norm("model.norm.weight");
    if (labels > 0) {
      matrix("score.weight", labels, hiddenSize);
    } else if (!tied) {
      matrix("lm_head.weight", vocabSize, hiddenSize);
    }
    return new LinkedHashMap<>(tensors);
  }

  private String architecture() {
    return family + (labels > 0 ? "ForSequenceClassification" : "ForCausalLM");
  }

  private void layer(String prefix) {
    norm(prefix + "input_layernorm.weight");
    projection(prefix + "self_attn.q_proj", heads * headDim);
    projection(prefix + "self_attn.k_proj", keyValueHeads * headDim);
    projection(prefix + "self_attn.v_proj", keyValueHeads * headDim);
    matrix(prefix + "self_attn.o_proj.weight", hiddenSize, heads * headDim);
    norm(prefix + "post_attention_layernorm.weight");
    matrix(prefix + "mlp.gate_proj.weight", intermediateSize, hiddenSize);
    matrix(prefix + "mlp.up_proj.weight", intermediateSize, hiddenSize);
    matrix(prefix + "mlp.down_proj.weight", hiddenSize, intermediateSize);
  }

  private void projection(String name, int rows) {
    matrix(name + ".weight", rows, hiddenSize);
    if (family.equals("Qwen2")) {
      random(name + ".bias", 0, rows);
    }
  }

  private void norm(String name) {
    random(name, 1, hiddenSize);
  }

  private void matrix(String name, int rows, int columns) {
    random(name, 0, rows, columns);
  }

  private void random(String name, double mean, Integer... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + scale * random.nextGaussian());
    }
    tensors.put(name, new TensorData(type, List.of(shape), values));
  }
}
