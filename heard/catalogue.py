"""`make catalogue`: every English sentence that a child may be shown, gathered into locale/heard.pot for translators.

The English text is the msgid, as in Babel's other catalogues; {gaps} stay as they are. To add a language:
`pybabel init -D heard -i locale/heard.pot -d locale -l cy`, translate locale/cy/LC_MESSAGES/heard.po, and add it to
HEARD_LANGUAGES. After the English has changed: `pybabel update -D heard -i locale/heard.pot -d locale`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from cases import questions
from cases.settings import ROOT

_GAP = re.compile(r"\{(\w+)\}")


def sentences(root: Path = ROOT) -> Iterator[tuple[str, str, str]]:
    """(text, file, name of the response or question) for every text and button title in data/responses, and data/consultation."""
    for path in sorted((root / "data" / "responses").glob("*.yml")):
        responses = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("responses") or {}
        for name, variations in responses.items():
            for variation in variations:
                for text in (variation.get("text"), *(button["title"] for button in variation.get("buttons") or ())):
                    if text:
                        yield text, path.relative_to(root).as_posix(), name
    folder = root / "data" / "consultation"
    for band in questions.load(folder) if folder.exists() else ():
        file = f"data/consultation/{band.name}.yml"
        yield band.hint, file, "hint"
        yield from ((ask, file, name) for name, asks in band.meeting.items() for ask in asks)
        for topic in band.topics:
            yield from ((text, file, topic.name) for text in (topic.title, topic.about))
            yield from ((question.ask, file, question.key) for question in topic.questions)


def catalogue(root: Path = ROOT) -> Catalog:
    made = Catalog(domain="heard", project="Heard", version="1", copyright_holder="the people of Heard", charset="utf-8", fuzzy=False)
    for text, file, name in sentences(root):
        gaps = sorted(set(_GAP.findall(text)))
        comments = [f"Keep as they are: {', '.join(f'{{{gap}}}' for gap in gaps)}"] if gaps else []
        made.add(text, locations=[(f"{file}:{name}", None)], auto_comments=comments)
    return made


def as_text(made: Catalog) -> str:
    """The .pot file, without dates, so that it changes only when the words do."""
    written = io.BytesIO()
    write_po(written, made, width=120, sort_output=False, include_lineno=False, omit_header=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date')))


def write(root: Path = ROOT) -> Path:
    path = root / "locale" / "heard.pot"
    path.parent.mkdir(exist_ok=True)
    path.write_text(as_text(catalogue(root)), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write())
