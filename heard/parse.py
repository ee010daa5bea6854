"""`heard parse`: what the model and the safety net make of a message, without a server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator

import click

from cases import safety
from cases.settings import ROOT, Settings
from heard.rasa import newest_model


def parse_lines(settings: Settings, lines: Iterable[str]) -> Iterator[dict]:
    """{"text", "intent", "confidence", "risk", "category"} for each JSON line {"text"}, in order, as soon as it is known."""
    model = newest_model(settings)
    if model is None:
        raise click.ClickException("There is no trained model yet: run 'heard train' (or 'make train') first.")
    bot = subprocess.Popen(
        [str(ROOT / "bot" / ".venv" / "bin" / "python"), "-m", "bot.parse", str(model)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with bot:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            text = _text(number, line)
            bot.stdin.write(json.dumps({"text": text}) + "\n")
            bot.stdin.flush()
            understood = json.loads(bot.stdout.readline() or "null")
            if understood is None:
                raise click.ClickException("The model could not be loaded: run 'heard train --force'.")
            seen = safety.assess(text, home=settings.home)
            yield {
                "text": text,
                "intent": understood["intent"],
                "confidence": round(understood["confidence"], 4),
                "risk": seen.risk,
                "category": seen.category,
            }
        bot.stdin.close()


def _text(number: int, line: str) -> str:
    try:
        return str(json.loads(line)["text"])
    except (ValueError, KeyError, TypeError):
        raise click.ClickException(f'Line {number} is not JSON like {{"text": "…"}}.') from None
