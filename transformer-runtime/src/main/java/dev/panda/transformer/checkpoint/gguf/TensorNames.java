package dev.panda.transformer.checkpoint.gguf;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Translates the tensor names in GGUF files of Llama and Qwen2 to Hugging Face's names. */
final class TensorNames {
  private static final Pattern BLOCK =
      Pattern.compile("blk\\.(0|[1-9][0-9]{0,6})\\.([a-z_]+)\\.(weight|bias)");
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");
  private static final Map<String, String> INSIDE =
      Map.of(
          "attn_norm", "input_layernorm",
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");
  private static final Set<String> WITH_BIAS = Set.of("attn_q", "attn_k", "attn_v");

  private TensorNames() {}

  /** The Hugging Face name, or empty if these models have no such tensor. */
  static Optional<String> huggingFace(String name) {
    if (OUTSIDE.containsKey(name)) {
      return Optional.of(OUTSIDE.get(name));
    }
    Matcher block = BLOCK.matcher(name);
    if (!block.matches() || !INSIDE.containsKey(block.group(2))) {
      return Optional.empty();
    }
    if (block.group(3).equals("bias") && !WITH_BIAS.contains(block.group(2))) {
      return Optional.empty();
    }
    return Optional.of(
        "model.layers." + block.group(1) + "." + INSIDE.get(block.group(2)) + "." + block.group(3));
  }
}
