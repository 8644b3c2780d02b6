"""Writes chat_templates.json: what transformers makes of the templates in templates/.

Run: python chat_templates.py (with transformers and jinja2 installed), in this folder.
"""

import json
from pathlib import Path

from transformers.utils.chat_template_utils import _compile_jinja_template

HERE = Path(__file__).parent
SYSTEM = {"role": "system", "content": "You are a pirate.\nSpeak so."}
USER = {"role": "user", "content": "Why is the sky blue? Tell me."}
ASSISTANT = {"role": "assistant", "content": "  Because {{ 7 * 7 }} of {% if x %} it's \"scattered\" \\n.\n"}
SECOND = {"role": "user", "content": " \tÜber 🙂 <|im_end|> 100 % 'sure'?\n\n"}
CONVERSATIONS = [
    [USER],
    [SYSTEM, USER],
    [USER, ASSISTANT, SECOND],
    [SYSTEM, USER, ASSISTANT, SECOND, ASSISTANT],
    [USER, SECOND],
    [SYSTEM],
    [{"role": "user", "content": ""}],
]

cases = []
for template in sorted((HERE / "templates").glob("*.jinja")):
    compiled = _compile_jinja_template(template.read_text(encoding="utf-8"))
    for messages in CONVERSATIONS:
        for prompt in (False, True):
            case = {"template": template.name, "messages": messages, "addGenerationPrompt": prompt}
            try:
                case["text"] = compiled.render(
                    messages=messages, add_generation_prompt=prompt, bos_token="<s>", eos_token="</s>"
                )
            except Exception as error:
                case["error"] = str(error)
            cases.append(case)
(HERE / "chat_templates.json").write_text(
    json.dumps(cases, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
)
