"""Writes golden/classifier/: a random sequence classifier, and golden.json with its scores. See README.md."""

import json
import pathlib

import torch
import transformers
from transformers import LlamaConfig, LlamaForSequenceClassification

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden" / "classifier"
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


main()
