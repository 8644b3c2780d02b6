"""Writes golden/tiny-*/: small random checkpoints as Hugging Face directories, each with a golden.json of
what transformers computes for them in float32. See README.md."""

import json
import pathlib
import shutil

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden"
SEED = 20260102
VOCABULARY = 96

LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
    "attention_bias": False,
    "hidden_act": "silu",
    "bos_token_id": 1,
    "eos_token_id": 2,
}

CONFIGS = {
    # Untied, grouped queries, in two shards with an index.
    "tiny-llama": (LLAMA, torch.float32),
    # Biases on query, key and value; tied.
    "tiny-qwen2": ({
        **LLAMA, "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "tie_word_embeddings": True,
        "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "num_hidden_layers": 3, "use_sliding_window": False,
        "sliding_window": 64, "max_window_layers": 3,
    }, torch.bfloat16),
    # Attention within a window of 8 tokens.
    "tiny-mistral": ({
        **LLAMA, "architectures": ["MistralForCausalLM"], "model_type": "mistral", "sliding_window": 8,
    }, torch.bfloat16),
    "tiny-llama3-rope": ({
        **LLAMA, "tie_word_embeddings": True, "rope_theta": 500.0, "rope_scaling": {
            "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 16},
    }, torch.bfloat16),
    # Heads wider than hidden size / heads; the older key "type".
    "tiny-linear-rope": ({
        **LLAMA, "head_dim": 12, "rope_scaling": {"type": "linear", "factor": 4.0},
    }, torch.float16),
    # rope_parameters, as transformers 5 writes them.
    "tiny-yarn-rope": ({
        **{k: v for k, v in LLAMA.items() if k != "rope_theta"}, "tie_word_embeddings": True,
        "rope_parameters": {
            "rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 32},
    }, torch.bfloat16),
}


def randomise(model, generator):
    """Weights large enough that every part of the network matters to the logits."""
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if name.endswith("norm.weight"):
            weight.data = 1 + 0.2 * noise
        elif name.endswith(".bias"):
            weight.data = 0.5 * noise
        elif "embed_tokens" in name:
            weight.data = 0.5 * noise
        else:
            weight.data = noise * (1.5 / weight.shape[-1] ** 0.5)


def save(model, folder, dtype, shards):
    tied = model.config.tie_word_embeddings
    tensors = {
        name: tensor.to(dtype).contiguous()
        for name, tensor in model.state_dict().items()
        if not (tied and name == "lm_head.weight")
    }
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    names = sorted(tensors)
    files = {name: f"model-{i * shards // len(names) + 1:05d}-of-{shards:05d}.safetensors" for i, name in enumerate(names)}
    for file in sorted(set(files.values())):
        save_file({n: tensors[n] for n in names if files[n] == file}, folder / file, metadata={"format": "pt"})
    size = sum(t.numel() * t.element_size() for t in tensors.values())
    index = {"metadata": {"total_size": size}, "weight_map": files}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=1) + "\n")


@torch.no_grad()
def golden(model, generator):
    sequences = []
    for length in (1, 7, 40):
        ids = torch.randint(3, VOCABULARY, (length,), generator=generator)
        outputs = model(ids[None], output_hidden_states=True)
        positions = sorted({0, length // 2, length - 1})
        sequences.append({
            "ids": ids.tolist(),
            "argmax": outputs.logits[0].argmax(-1).tolist(),
            "logits": {str(p): rounded(outputs.logits[0, p]) for p in positions},
            "last_hidden_states": {str(l): rounded(h[0, -1]) for l, h in enumerate(outputs.hidden_states)},
        })
    return sequences


def rounded(tensor):
    return [round(v, 6) for v in tensor.float().tolist()]


def main():
    torch.set_num_threads(2)
    for name, (config, dtype) in CONFIGS.items():
        generator = torch.Generator().manual_seed(SEED)
        folder = RESOURCES / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(
            json.dumps({**config, "torch_dtype": str(dtype).removeprefix("torch.")}, indent=1) + "\n")
        fresh = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), dtype=torch.float32)
        randomise(fresh, generator)
        fresh.tie_weights()
        save(fresh, folder, dtype, shards=2 if name == "tiny-llama" else 1)

        # The figures are those of the weights as they were saved, in their own precision.
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        document = {
            "made_with": {"torch": torch.__version__, "transformers": transformers.__version__, "seed": SEED},
            "rope": {
                "inverse_frequencies": [float(v) for v in model.model.rotary_emb.inv_freq.tolist()],
                "attention_factor": float(model.model.rotary_emb.attention_scaling),
            },
            "sequences": golden(model, generator),
        }
        (folder / "golden.json").write_text(json.dumps(document) + "\n")
        print(name, sum(f.stat().st_size for f in folder.iterdir()), document["rope"])


if __name__ == "__main__":
    main()
