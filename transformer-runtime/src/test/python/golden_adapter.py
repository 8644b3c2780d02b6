"""Writes golden/tiny-llama-adapter/: a LoRA adapter that PEFT made on golden/tiny-llama, a reward head, and a golden.json of
what transformers and PEFT compute with them in float32. With a folder as its argument it prints what PEFT makes of the
adapter in it instead, and how far that is from the same weights merged. See README.md."""

import json
import pathlib
import shutil
import sys

import peft
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden"
BASE = RESOURCES / "tiny-llama"
FOLDER = RESOURCES / "tiny-llama-adapter"
SEED = 20261125
VOCABULARY = 96
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def base():
    return AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32, attn_implementation="eager").eval()


@torch.no_grad()
def states(model, ids):
    return model(torch.tensor([ids]), output_hidden_states=True).hidden_states


def rounded(tensor):
    return [round(v, 6) for v in tensor.float().tolist()]


def write():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    config = LoraConfig(r=4, lora_alpha=6, target_modules=TARGETS, init_lora_weights=False, lora_dropout=0.0)
    model = get_peft_model(base(), config).eval()
    shutil.rmtree(FOLDER, ignore_errors=True)
    model.peft_config["default"].base_model_name_or_path = "tiny-llama"
    model.save_pretrained(FOLDER)
    (FOLDER / "README.md").unlink(missing_ok=True)
    head = torch.randn(32)
    save_file({"weight": head, "bias": torch.tensor(0.0)}, FOLDER / "head.safetensors")
    sequences = []
    for length in (3, 9, 24):
        ids = torch.randint(3, VOCABULARY, (length,)).tolist()
        start = length // 3
        adapted = states(model, ids)
        sequences.append({
            "ids": ids,
            "start": start,
            "last_hidden_states": {str(l): rounded(h[0, -1]) for l, h in enumerate(adapted)},
            "mean_rewards": {str(l): round((h[0, start:] @ head).mean().item(), 6) for l, h in enumerate(adapted)},
        })
    made_with = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__, "seed": SEED}
    (FOLDER / "golden.json").write_text(json.dumps({"made_with": made_with, "sequences": sequences}) + "\n")
    print(sum(f.stat().st_size for f in FOLDER.iterdir()), sorted(load_file(FOLDER / "adapter_model.safetensors"))[:4])


@torch.no_grad()
def check(folder):
    """For an adapter that Java wrote for golden/tiny-llama: prints the last token's state after each layer."""
    model = PeftModel.from_pretrained(base(), folder).eval()
    ids = json.loads((FOLDER / "golden.json").read_text())["sequences"][-1]["ids"]
    adapted = states(model, ids)
    merged = states(model.merge_and_unload(), ids)
    for layer, (a, m) in enumerate(zip(adapted, merged)):
        print(layer, "merged differs by", (a - m).abs().max().item(), rounded(a[0, -1]))


if __name__ == "__main__":
    check(sys.argv[1]) if len(sys.argv) > 1 else write()
