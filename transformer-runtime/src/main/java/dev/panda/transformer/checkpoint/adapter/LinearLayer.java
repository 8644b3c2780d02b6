package dev.panda.transformer.checkpoint.adapter;

import java.util.Arrays;
import java.util.Optional;

/** The linear layers of a block, in the order of their adapters in {@code decoder.py}. */
public enum LinearLayer {
  Q("self_attn.q_proj"),
  K("self_attn.k_proj"),
  V("self_attn.v_proj"),
  O("self_attn.o_proj"),
  GATE("mlp.gate_proj"),
  UP("mlp.up_proj"),
  DOWN("mlp.down_proj");

  private final String path;

  LinearLayer(String path) {
    this.path = path;
  }

  /** Finds the layer by its path within a block, such as {@code mlp.up_proj}. */
  static Optional<LinearLayer> ofPath(String path) {
    return Arrays.stream(values()).filter(layer -> layer.path.equals(path)).findFirst();
  }

  /** The name of its weight in a checkpoint, such as {@code model.layers.3.mlp.up_proj.weight}. */
  public String weight(int block) {
    return "model.layers." + block + "." + path + ".weight";
  }

  /** Its name in PEFT's {@code target_modules}, such as {@code up_proj}. */
  String module() {
    return path.substring(path.indexOf('.') + 1);
  }
}
