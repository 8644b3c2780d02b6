package dev.panda.orchestrator.testing;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A Llama decoder in plain loops over doubles: no cache, no batch, nothing shared with the runtime
 * but the reading of the file.
 */
public final class PlainDecoder {
  private final ModelConfig config;
  private final Map<String, float[]> weights = new HashMap<>();

  public PlainDecoder(Path folder) {
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      config = checkpoint.config();
      checkpoint.tensors().keySet().forEach(name -> weights.put(name, checkpoint.read(name)));
    }
  }

  public int vocabularySize() {
    return config.vocabSize();
  }

  /**
   * Hidden states of a sequence [layer from 1, as index − 1][token][W]; the final norm is applied
   * after the last layer alone.
   */
  public double[][][] states(int[] tokens) {
    int width = config.hiddenSize();
    double[][] x = new double[tokens.length][width];
    float[] embedding = weights.get("model.embed_tokens.weight");
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < width; i++) {
        x[t][i] = embedding[tokens[t] * width + i];
      }
    }
    double[][][] states = new double[config.numHiddenLayers()][][];
    for (int l = 0; l < states.length; l++) {
      String prefix = "model.layers." + l + ".";
      x = feedForward(prefix, attend(prefix, x));
      states[l] = l + 1 == states.length ? norm("model.norm.weight", x) : x;
    }
    return states;
  }

  /** Logits after the last token [V]. */
  public double[] logits(int[] tokens) {
    double[][][] states = states(tokens);
    double[] last = states[states.length - 1][tokens.length - 1];
    return multiply(weights.get("lm_head.weight"), last);
  }

  private double[][] attend(String prefix, double[][] x) {
    int queries = config.numAttentionHeads();
    int groups = config.numKeyValueHeads();
    int size = config.headDim();
    int length = x.length;
    double[][] normed = norm(prefix + "input_layernorm.weight", x);
    double[][] q = new double[length][];
    double[][] k = new double[length][];
    double[][] v = new double[length][];
    for (int t = 0; t < length; t++) {
      q[t] = rotate(multiply(weights.get(prefix + "self_attn.q_proj.weight"), normed[t]), t);
      k[t] = rotate(multiply(weights.get(prefix + "self_attn.k_proj.weight"), normed[t]), t);
      v[t] = multiply(weights.get(prefix + "self_attn.v_proj.weight"), normed[t]);
    }
    double[][] out = new double[length][];
    for (int t = 0; t < length; t++) {
      double[] attended = new double[queries * size];
      for (int h = 0; h < queries; h++) {
        int g = h / (queries / groups);
        double[] share = new double[t + 1];
        double total = 0;
        for (int s = 0; s <= t; s++) {
          double dot = 0;
          for (int i = 0; i < size; i++) {
            dot += q[t][h * size + i] * k[s][g * size + i];
          }
          share[s] = Math.exp(dot / Math.sqrt(size));
          total += share[s];
        }
        for (int s = 0; s <= t; s++) {
          for (int i = 0; i < size; i++) {
            attended[h * size + i] += share[s] / total * v[s][g * size + i];
          }
        }
      }
      out[t] = add(x[t], multiply(weights.get(prefix + "self_attn.o_proj.weight"), attended));
    }
    return out;
  }

  private double[][] feedForward(String prefix, double[][] x) {
    double[][] normed = norm(prefix + "post_attention_layernorm.weight", x);
    double[][] out = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] gate = multiply(weights.get(prefix + "mlp.gate_proj.weight"), normed[t]);
      double[] up = multiply(weights.get(prefix + "mlp.up_proj.weight"), normed[t]);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      out[t] = add(x[t], multiply(weights.get(prefix + "mlp.down_proj.weight"), gate));
    }
    return out;
  }

  /** Turns each half-split pair of every head by its angle at a position. */
  private double[] rotate(double[] heads, int position) {
    int size = config.headDim();
    int half = size / 2;
    float[] frequencies = config.layers().get(0).rotation().inverseFrequencies();
    double[] turned = new double[heads.length];
    for (int start = 0; start < heads.length; start += size) {
      for (int i = 0; i < half; i++) {
        double cos = Math.cos(position * frequencies[i]);
        double sin = Math.sin(position * frequencies[i]);
        double a = heads[start + i];
        double b = heads[start + half + i];
        turned[start + i] = a * cos - b * sin;
        turned[start + half + i] = b * cos + a * sin;
      }
    }
    return turned;
  }

  private double[][] norm(String name, double[][] x) {
    float[] weight = weights.get(name);
    double[][] normed = new double[x.length][weight.length];
    for (int t = 0; t < x.length; t++) {
      double square = 0;
      for (double value : x[t]) {
        square += value * value;
      }
      double scale = 1 / Math.sqrt(square / weight.length + config.rmsNormEps());
      for (int i = 0; i < weight.length; i++) {
        normed[t][i] = x[t][i] * scale * weight[i];
      }
    }
    return normed;
  }

  private static double[] multiply(float[] matrix, double[] x) {
    double[] y = new double[matrix.length / x.length];
    for (int row = 0; row < y.length; row++) {
      for (int i = 0; i < x.length; i++) {
        y[row] += matrix[row * x.length + i] * x[i];
      }
    }
    return y;
  }

  private static double[] add(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }
}
