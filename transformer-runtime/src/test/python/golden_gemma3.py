"""Writes golden/gemma3-270m.json: what transformers computes in float32 for Gemma 3 270M, from a GGUF file. See
README.md."""

import argparse
import json
import pathlib

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

from golden_tiny import RESOURCES, rounded

POSITIONS = 24
TOP = 10
LONG = 540

PROMPTS = [
    "Bread is made of flour, water, yeast and salt. First one mixes flour and water, then",
    "def mean(values):\n    \"\"\"The mean of a list of numbers.\"\"\"\n    return sum(values)",
    "Der Himmel ist blau, weil die Luft das kurzwellige Licht stärker streut als das langwellige; am Abend",
]


@torch.no_grad()
def greedy(model, prompt):
    """The prompt and plain argmax after it: one token more for each position that is compared."""
    ids, cache, fed = list(prompt), None, torch.tensor([prompt])
    for _ in range(POSITIONS - 1):
        out = model(fed, past_key_values=cache, use_cache=True, logits_to_keep=1)
        ids.append(int(out.logits[0, -1].argmax()))
        cache, fed = out.past_key_values, torch.tensor([ids[-1:]])
    return ids


@torch.no_grad()
def positions(model, ids):
    """The likeliest tokens at the last positions, from one pass without a cache."""
    rows = torch.log_softmax(model(torch.tensor([ids]), logits_to_keep=POSITIONS).logits[0].float(), dim=-1)
    best = torch.topk(rows, TOP)
    return {"top_ids": best.indices.tolist(), "log_probabilities": [rounded(row) for row in best.values]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=pathlib.Path, help="Gemma 3 270M as GGUF, such as gemma3-270m-q4-k-m.gguf")
    path = parser.parse_args().file
    torch.set_num_threads(2)
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    model = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager").eval()
    cases = []
    for text in PROMPTS:
        prompt = tokenizer(text)["input_ids"]
        if not cases:  # longer than the window of 512 tokens
            prompt = (prompt * LONG)[:LONG]
        ids = greedy(model, prompt)
        cases.append({"ids": ids, **positions(model, ids)})
    golden = {
        "model": path.name,
        "made_with": {"torch": torch.__version__, "transformers": transformers.__version__, "dtype": "float32"},
        "cases": cases,
    }
    (RESOURCES / "gemma3-270m.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")
    for case in cases:
        print(len(case["ids"]), repr(tokenizer.decode(case["ids"][-POSITIONS:])))


if __name__ == "__main__":
    main()
