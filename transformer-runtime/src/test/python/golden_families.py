"""Writes golden/tiny-qwen3, tiny-gemma3, tiny-phi3 and tiny-smollm3: small random checkpoints as Hugging Face folders,
the same weights as GGUF files as llama.cpp converts them, and what transformers computes for them. See README.md."""

import json
import shutil

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM

from golden_tiny import LLAMA, RESOURCES, golden, randomise, rounded, save

SEED = 20261130
GREEDY_TOKENS = 64
TOP = 10

SMALL = {**LLAMA, "hidden_size": 24, "intermediate_size": 32, "tie_word_embeddings": True}

CONFIGS = {
    # Norms of queries and keys; heads wider than hidden size / heads; the older spelling.
    "tiny-qwen3": {
        **SMALL, "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "head_dim": 8, "num_hidden_layers": 2,
        "rope_theta": 1000000.0, "rms_norm_eps": 1e-6,
    },
    # A window of 8 tokens in five of six layers, each kind with its own rotation, one of them scaled.
    "tiny-gemma3": {
        **{k: v for k, v in SMALL.items() if k not in ("rope_theta", "hidden_act", "tie_word_embeddings")},
        "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "hidden_activation": "gelu_pytorch_tanh",
        "hidden_size": 16, "intermediate_size": 24, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 12,
        "num_hidden_layers": 7, "query_pre_attn_scalar": 12, "sliding_window": 8, "rope_theta": 100000.0,
        "rope_local_base_freq": 10000.0, "rope_scaling": {"rope_type": "linear", "factor": 4.0}, "rms_norm_eps": 1e-6,
    },
    # Fused matrices, half of each head rotated, LongRoPE; a window.
    "tiny-phi3": {
        **{k: v for k, v in SMALL.items() if k != "rope_theta"}, "architectures": ["Phi3ForCausalLM"],
        "model_type": "phi3", "hidden_size": 32, "num_hidden_layers": 2, "sliding_window": 24, "pad_token_id": 0,
        "max_position_embeddings": 512, "original_max_position_embeddings": 128, "partial_rotary_factor": 0.5,
        "rope_theta": 10000.0, "rope_scaling": {
            "type": "longrope", "short_factor": [1.0, 1.5], "long_factor": [2.0, 8.0]},
    },
    # Every fourth layer without rotation, written as transformers 5 writes it.
    "tiny-smollm3": {
        **{k: v for k, v in SMALL.items() if k not in ("rope_theta", "tie_word_embeddings")},
        "architectures": ["SmolLM3ForCausalLM"], "model_type": "smollm3", "num_hidden_layers": 5, "pad_token_id": 0,
        "num_attention_heads": 2, "num_key_value_heads": 1, "no_rope_layers": [1, 1, 1, 0, 1],
        "rope_parameters": {"rope_type": "default", "rope_theta": 5000.0},
    },
}


@torch.no_grad()
def greedy(model, prompt):
    """Plain argmax; the smallest margin between the token taken and the runner-up tells whether others can agree."""
    ids, margin, likeliest = list(prompt), float("inf"), []
    for _ in range(GREEDY_TOKENS):
        row = torch.log_softmax(model(torch.tensor([ids])).logits[0, -1].float(), -1)
        best = torch.topk(row, TOP)
        margin = min(margin, float(best.values[0] - best.values[1]))
        likeliest.append({"ids": best.indices.tolist(), "log_probabilities": rounded(best.values)})
        ids.append(int(best.indices[0]))
    return {
        "prompt": list(prompt), "tokens": ids[len(prompt):], "smallest_margin": round(margin, 6),
        "likeliest": {str(i): likeliest[i] for i in (0, GREEDY_TOKENS // 2, GREEDY_TOKENS - 1)},
    }


def permute(rows, heads):
    """The order of rows of queries and keys in files of llama.cpp's own rotation: pairs side by side."""
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def write_gguf(path, config, tensors):
    architecture = {"gemma3_text": "gemma3"}.get(config["model_type"], config["model_type"])
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name(path.parent.name)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base({**config, **config.get("rope_parameters", {})}["rope_theta"])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    if "head_dim" in config:
        writer.add_key_length(config["head_dim"])
        writer.add_value_length(config["head_dim"])
    if architecture == "gemma3":
        writer.add_sliding_window(config["sliding_window"])
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(config["rope_scaling"]["factor"])
    if architecture == "phi3":
        original = config["original_max_position_embeddings"]
        factor = config["max_position_embeddings"] / original
        head = config["hidden_size"] // config["num_attention_heads"]
        writer.add_rope_dimension_count(int(head * config["partial_rotary_factor"]))
        writer.add_rope_scaling_orig_ctx_len(original)
        writer.add_sliding_window(config["sliding_window"])
        writer.add_rope_scaling_attn_factors(float(np.sqrt(1 + np.log(factor) / np.log(original))))
        for length in ("long", "short"):
            writer.add_tensor(
                f"rope_factors_{length}.weight", np.array(config["rope_scaling"][f"{length}_factor"], dtype=np.float32))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[architecture.upper()], config["num_hidden_layers"])
    for name, tensor in tensors.items():
        values = tensor.float().numpy()
        if architecture == "gemma3" and name.endswith("norm.weight"):
            values = values + 1
        if architecture == "smollm3" and ".q_proj." in name:
            values = permute(values, config["num_attention_heads"])
        if architecture == "smollm3" and ".k_proj." in name:
            values = permute(values, config["num_key_value_heads"])
        if values.ndim > 1:
            values = values.astype(np.float16)
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight",)), np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    torch.set_num_threads(2)
    for name, config in CONFIGS.items():
        generator = torch.Generator().manual_seed(SEED)
        folder = RESOURCES / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps({**config, "torch_dtype": "float16"}, indent=1) + "\n")
        fresh = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), dtype=torch.float32)
        randomise(fresh, generator)
        if name == "tiny-gemma3":
            for parameter, weight in fresh.named_parameters():
                if parameter.endswith("norm.weight"):
                    weight.data -= 1
        fresh.tie_weights()
        save(fresh, folder, torch.float16, shards=1)
        write_gguf(folder / "model.gguf", config, load_file(folder / "model.safetensors"))

        # The figures are those of the weights as they were saved, in their own precision.
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        sequences = golden(model, generator)
        document = {
            "made_with": {"torch": torch.__version__, "transformers": transformers.__version__, "seed": SEED},
            "sequences": sequences,
            "greedy": greedy(model, sequences[1]["ids"]),
        }
        (folder / "golden.json").write_text(json.dumps(document) + "\n")
        print(name, sum(f.stat().st_size for f in folder.iterdir()), document["greedy"]["smallest_margin"],
              document["greedy"]["tokens"])


if __name__ == "__main__":
    main()
