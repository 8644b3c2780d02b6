"""Writes what transformers makes of real chat templates, for RealTemplatesTest.

Run: python golden_templates.py FOLDER (with transformers and jinja2 installed). Downloads the source package of
llama-cpp-python from PyPI, which contains about 70 templates, into FOLDER, and writes goldens.json beside them. The
templates are not ours, so they stay out of the repository. Then run RealTemplatesTest with PANDA_TEMPLATES=FOLDER.
"""

import json
import subprocess
import sys
import tarfile
from pathlib import Path

from chat_jinja import render

CONVERSATIONS = [
    [{"role": "user", "content": "Why is the sky blue?"}],
    [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi  "},
        {"role": "assistant", "content": "<think>\nHm.\n</think>\n\nHello!"},
        {"role": "user", "content": "1"},
    ],
    [
        {"role": "user", "content": "False"},
        {"role": "assistant", "content": "  yes\n"},
        {"role": "user", "content": "\u00a0na\u00efve \U0001f642 \u001b {{ 7 * 7 }} <|im_end|> \u3000"},
    ],
]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


def download(folder):
    if not list(folder.glob("llama_cpp_python-*.tar.gz")):
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps"]
            + ["--dest", str(folder), "llama-cpp-python"],
            check=True,
        )
    with tarfile.open(next(folder.glob("llama_cpp_python-*.tar.gz"))) as package:
        for member in package:
            if "/models/templates/" in member.name and member.name.endswith(".jinja"):
                (folder / Path(member.name).name).write_bytes(package.extractfile(member).read())


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    download(folder)
    cases = []
    for file in sorted(folder.glob("*.jinja")):
        template = file.read_text(encoding="utf-8")
        for messages in CONVERSATIONS:
            variables = {"messages": messages, "add_generation_prompt": True, "tools": None, "documents": None}
            cases.append({"template": file.name, "messages": messages, **render(template, {**variables, **TOKENS})})
    (folder / "goldens.json").write_text(
        json.dumps({"tokens": TOKENS, "cases": cases}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(len(cases), "renderings,", sum("error" in case for case in cases), "refused by jinja2")


main()
