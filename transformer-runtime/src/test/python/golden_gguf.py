"""Writes golden/gguf/NAME.json for GGUF files: what transformers computes in float32 from the same file. See README.md.

Run: python golden_gguf.py FOLDER qwen0.5b qwen1.5b gemma270m (FOLDER holds NAME.gguf)
"""

import json
import pathlib
import sys
import unicodedata

import torch
from golden_smollm2 import PROMPTS, greedy, positions
from transformers import AutoModelForCausalLM, AutoTokenizer

TESTS = pathlib.Path(__file__).resolve().parent.parent / "resources"
TEXTS = json.loads((TESTS / "dev/panda/transformer/tokenizer/smollm2_tokens.json").read_text())["cases"]
MORE_TEXTS = [
    "<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n",
    "<bos>a<eos> <table><tr>x</tr></table> <think>hm</think> <unused3><0x0A>",
    "a" + " " * 31 + "b\n" + " " * 7 + "\u2581c \u2581\u2581d",
    "\n" * 5 + "a" + "\n" * 33 + "\t" * 9 + "b\t",
]
GREEDY_TOKENS = 16
CHOSEN = 24
# Longer than the window of Gemma's local layers, 512 tokens.
LONG = {"gemma270m": [[{"role": "user", "content": "Bread is made of flour, water, yeast and salt. " * 50}]]}


def prompt_ids(tokenizer, messages):
    if tokenizer.chat_template is None:
        return tokenizer(messages[-1]["content"])["input_ids"]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def main(folder, name):
    file = name + ".gguf"
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=file)
    model = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=file, dtype=torch.float32, attn_implementation="eager").eval()
    cases = []
    for messages in [*PROMPTS, *LONG.get(name, [])]:
        prompt = prompt_ids(tokenizer, messages)
        tokens, _ = greedy(model, prompt, GREEDY_TOKENS)
        whole = prompt + tokens
        step = (len(whole) - 1) / (CHOSEN - 1)
        chosen = sorted({round(i * step) for i in range(CHOSEN)})
        cases.append({"messages": messages, "prompt_ids": prompt, "greedy_ids": tokens,
                      "positions": positions(model, whole, chosen)})
    # transformers leaves out the composition (NFC) that the model's own tokenizer.json begins with.
    compose = (lambda t: unicodedata.normalize("NFC", t)) if "qwen" in name else (lambda t: t)
    texts = [case["text"] for case in TEXTS] + MORE_TEXTS
    tokens = [{"text": t, "ids": tokenizer(compose(t), add_special_tokens=False)["input_ids"]} for t in texts]
    target = TESTS / "golden" / "gguf" / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    rows = ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases)
    tokens = ",\n".join(json.dumps(t, ensure_ascii=False) for t in tokens)
    target.write_text(f'{{"chat": {json.dumps(tokenizer.chat_template is not None)},\n"cases": [\n{rows}\n],\n"tokens": [\n{tokens}\n]}}\n')
    print(name, [len(c["positions"]) for c in cases], tokenizer.decode(cases[0]["greedy_ids"]))


if __name__ == "__main__":
    torch.set_num_threads(2)
    for one in sys.argv[2:]:
        main(pathlib.Path(sys.argv[1]), one)
