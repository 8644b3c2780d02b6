"""Renders chat templates as transformers does, at a fixed time."""

import datetime

from transformers.utils import chat_template_utils

NOW = datetime.datetime(2026, 3, 7, 15, 4, 5)


class FixedTime:
    @staticmethod
    def now():
        return NOW


chat_template_utils.datetime = FixedTime


def render(template, variables):
    """{"text": …}, or {"error": …} if jinja2 refuses."""
    try:
        return {"text": chat_template_utils._compile_jinja_template(template).render(**variables)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
