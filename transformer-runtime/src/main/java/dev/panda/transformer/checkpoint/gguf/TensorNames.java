package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.Family;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Translates the tensor names in GGUF files to Hugging Face's names. */
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
  private static final Map<String, String> HEAD_NORMS =
      Map.of("attn_q_norm", "self_attn.q_norm", "attn_k_norm", "self_attn.k_norm");
  private static final Map<String, String> SANDWICH_NORMS =
      Map.of(
          "ffn_norm", "pre_feedforward_layernorm",
          "post_attention_norm", "post_attention_layernorm",
          "post_ffw_norm", "post_feedforward_layernorm");

  /** In Phi-3's files, {@code ffn_up} has gate and up in one matrix. */
  private static final Map<String, String> FUSED =
      Map.of("attn_qkv", "self_attn.qkv_proj", "ffn_up", "mlp.gate_up_proj");

  private static final Set<String> WITH_BIAS = Set.of("attn_q", "attn_k", "attn_v");

  private TensorNames() {}

  /** The Hugging Face name, or empty if models of the family have no such tensor. */
  static Optional<String> huggingFace(String name, Family family) {
    if (OUTSIDE.containsKey(name)) {
      return Optional.of(OUTSIDE.get(name));
    }
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()
        || (block.group(3).equals("bias") && !WITH_BIAS.contains(block.group(2)))) {
      return Optional.empty();
    }
    return inside(block.group(2), family)
        .map(inside -> "model.layers." + block.group(1) + "." + inside + "." + block.group(3));
  }

  private static Optional<String> inside(String name, Family family) {
    String own =
        switch (family) {
          case LLAMA, MISTRAL, QWEN2, SMOLLM3 -> null;
          case QWEN3 -> HEAD_NORMS.get(name);
          case GEMMA3 -> HEAD_NORMS.getOrDefault(name, SANDWICH_NORMS.get(name));
          case PHI3 -> FUSED.get(name);
        };
    return Optional.ofNullable(own).or(() -> Optional.ofNullable(INSIDE.get(name)));
  }
}
