"""Writes a random checkpoint with the shapes of Llama 3 8B and one layer, and what transformers computes for it in
float32. See golden/README.md.

Run: python golden_large.py FOLDER TOKENIZER [--vocabulary 128256] [--embedding bfloat16]
(FOLDER is made; TOKENIZER is a tokenizer.json with a smaller vocabulary; needs 6 GB of memory)
"""

import argparse
import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

HIDDEN, INTERMEDIATE, HEADS, KEYS = 4096, 14336, 32, 8
SPREAD = 0.02
SEED = 20261101
TOP = 10
SEQUENCES, LENGTH = 3, 24


def config(vocabulary):
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": vocabulary,
        "hidden_size": HIDDEN, "intermediate_size": INTERMEDIATE, "num_hidden_layers": 1,
        "num_attention_heads": HEADS, "num_key_value_heads": KEYS, "max_position_embeddings": 8192,
        "rms_norm_eps": 1e-5, "rope_theta": 500000.0, "hidden_act": "silu", "attention_bias": False,
        "mlp_bias": False, "tie_word_embeddings": False, "bos_token_id": 0, "eos_token_id": 0,
        "torch_dtype": "bfloat16",
    }


def random(generator, rows, columns):
    return torch.empty(rows, columns, dtype=torch.bfloat16).normal_(0, SPREAD, generator=generator)


def write_weights(folder, vocabulary, embedding):
    """Two shards: the embedding, whose rows are longer so that the layer does not outweigh them, and the rest."""
    generator = torch.Generator().manual_seed(SEED)
    head_dim = HIDDEN // HEADS
    shapes = {
        "self_attn.q_proj": (HIDDEN, HIDDEN), "self_attn.k_proj": (KEYS * head_dim, HIDDEN),
        "self_attn.v_proj": (KEYS * head_dim, HIDDEN), "self_attn.o_proj": (HIDDEN, HIDDEN),
        "mlp.gate_proj": (INTERMEDIATE, HIDDEN), "mlp.up_proj": (INTERMEDIATE, HIDDEN),
        "mlp.down_proj": (HIDDEN, INTERMEDIATE),
    }
    index = {}

    def shard(number, tensors):
        name = f"model-0000{number}-of-00002.safetensors"
        save_file(tensors, folder / name, metadata={"format": "pt"})
        index.update({tensor: name for tensor in tensors})

    rows = random(generator, vocabulary, HIDDEN) * 50
    shard(1, {"model.embed_tokens.weight": rows.to(getattr(torch, embedding))})
    del rows
    rest = {f"model.layers.0.{name}.weight": random(generator, *shape) for name, shape in shapes.items()}
    for norm in ("model.layers.0.input_layernorm", "model.layers.0.post_attention_layernorm", "model.norm"):
        rest[norm + ".weight"] = (1 + 5 * random(generator, 1, HIDDEN)[0]).contiguous()
    rest["lm_head.weight"] = random(generator, vocabulary, HIDDEN)
    shard(2, rest)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))


@torch.no_grad()
def cases(folder, vocabulary):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(SEED + 1)
    for _ in range(SEQUENCES):
        ids = torch.randint(vocabulary, (LENGTH,), generator=generator)
        ids[-1] = vocabulary - 1
        rows = torch.log_softmax(model(ids[None]).logits[0].float(), dim=-1)
        best = torch.topk(rows, TOP)
        yield {"ids": ids.tolist(), "top_ids": best.indices.tolist(),
               "log_probabilities": [[round(v, 6) for v in row] for row in best.values.tolist()]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("tokenizer", type=pathlib.Path)
    parser.add_argument("--vocabulary", type=int, default=128256)
    parser.add_argument("--embedding", choices=["bfloat16", "float32"], default="bfloat16", help="type of its elements")
    arguments = parser.parse_args()
    folder = arguments.folder
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config(arguments.vocabulary), indent=2))
    shutil.copy(arguments.tokenizer, folder / "tokenizer.json")
    write_weights(folder, arguments.vocabulary, arguments.embedding)
    (folder / "golden.json").write_text(json.dumps({"cases": list(cases(folder, arguments.vocabulary))}) + "\n")


if __name__ == "__main__":
    main()
