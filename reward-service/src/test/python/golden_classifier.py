"""Writes golden/classifier/, a random sequence classifier, and golden.json with its scores; and beside it, for each
architecture, golden/NAMEForSequenceClassification/, one with three labels. See README.md."""

import json
import pathlib

import torch
import transformers
from transformers import (
    AutoModelForSequenceClassification, LlamaConfig, LlamaForSequenceClassification, MistralConfig, Qwen2Config, Qwen3Config)

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden"
FOLDER = GOLDEN / "classifier"
PAD = 2
PROMPT = [70, 12, 285]
RESPONSES = [
    [31, 200, 17], [31, 200, 17, PAD], [31, PAD, 200, 17], [31, PAD, PAD], [PAD], [PAD, PAD], [PAD, 31]]
PADDED_PROMPT = [70, 12, PAD, PAD]


def score(model, ids, pad):
    model.config.pad_token_id = pad
    with torch.no_grad():
        return round(model(torch.tensor([ids])).logits.item(), 6)


def main():
    torch.manual_seed(20261130)
    torch.set_num_threads(1)
    config = LlamaConfig(
        vocab_size=320, hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=64, bos_token_id=1, eos_token_id=PAD, pad_token_id=PAD,
        num_labels=1, initializer_range=0.5, tie_word_embeddings=False, architectures=["LlamaForSequenceClassification"])
    model = LlamaForSequenceClassification(config).eval()
    model.save_pretrained(FOLDER)
    cases = [(PROMPT, response) for response in RESPONSES]
    cases += [(PADDED_PROMPT, response) for response in ([31, 200], [PAD], [31, PAD])] + [([PAD], [PAD])]
    golden = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "cases": [{"prompt": prompt, "response": response, "score": score(model, prompt + response, PAD),
                   "score_without_padding": score(model, prompt + response, None)} for prompt, response in cases],
    }
    (FOLDER / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


def family(config_class, **own):
    """Three labels; in bfloat16, so that the file is small, but computed in float32."""
    config = config_class(
        vocab_size=320, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=64, bos_token_id=1, eos_token_id=PAD, pad_token_id=PAD,
        id2label={0: "bad", 1: "good", 2: "very good"}, label2id={"bad": 0, "good": 1, "very good": 2},
        initializer_range=0.5, tie_word_embeddings=False, **own)
    model = AutoModelForSequenceClassification.from_config(config).to(torch.bfloat16)
    for parameter, values in model.named_parameters():
        if parameter.endswith("bias"):
            torch.nn.init.normal_(values)
    name = type(model).__name__
    model.save_pretrained(GOLDEN / name)
    model = AutoModelForSequenceClassification.from_pretrained(GOLDEN / name, dtype=torch.float32).eval()
    cases = []
    for response in [[31, 200, 17, 9, 40], [31, PAD, 200, 17, PAD], [PAD]]:
        with torch.no_grad():
            scores = model(torch.tensor([PROMPT + response])).logits[0].tolist()
        cases.append({"prompt": PROMPT, "response": response, "scores": [round(v, 5) for v in scores]})
    (GOLDEN / name / "golden.json").write_text(json.dumps({"cases": cases}) + "\n")


main()
torch.manual_seed(20261201)
family(LlamaConfig)
family(MistralConfig, sliding_window=4)
family(Qwen2Config, use_sliding_window=False)
family(Qwen3Config, head_dim=12)
