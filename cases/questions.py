"""What the consultation asks, from data/consultation/*.yml: one file an age band, which a council edits.

A question that is answered is kept under its key "topic.question". Bands ask much the same under the same keys, so that a
child who has a birthday goes on with what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cases import people
from cases.language import scale
from cases.language.form import FIELDS
from cases.problems import Problem
from cases.settings import ROOT
from cases.store.models import Person

FOLDER = ROOT / "data" / "consultation"
KINDS = ("text", "scale", "choice")
#: Letters of a question, so that it fits two text messages with what is said before it.
LONGEST_ASK, LONGEST_HINT = 150, 90
_NAME = re.compile(r"[a-z][a-z0-9_]{0,17}")
_PLAIN = re.compile(r"[ -_a-~£é]+")  # what a text message carries cheaply


class BadContent(Problem):
    """A file of questions cannot be used. Each line says file, topic, question, what to do."""


@dataclass(frozen=True, eq=False)
class Question:
    """kind: text, scale or choice. choices: the answer as staff read it → the words that mean it. only_if: earlier name → answers.

    worry: the answers that people are told of at once ("no", to "do you feel safe there?").
    """

    key: str
    kind: str
    ask: str
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_if: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    worry: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        return self.key.partition(".")[0]


@dataclass(frozen=True, eq=False)
class Topic:
    name: str
    title: str
    about: str
    words: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, eq=False)
class Band:
    """The questions for one age band. meeting: wordings of the seven questions about the meeting, by field. faces: none, or five."""

    name: str
    ages: tuple[int, int] | None
    scale: tuple[str, ...]
    faces: tuple[str, ...]
    hint: str
    meeting: Mapping[str, tuple[str, ...]]
    topics: tuple[Topic, ...]

    @property
    def easy_read(self) -> bool:
        return self.ages is None

    def all_questions(self) -> Iterator[Question]:
        for topic in self.topics:
            yield from topic.questions

    def buttons(self, question: Question) -> list[str]:
        """The answers that can be tapped where there are buttons: each is read as if it had been typed."""
        if question.kind == "choice":
            return list(question.choices)
        return _rated(self.faces, self.scale) if question.kind == "scale" else []

    def question(self, key: str) -> Question | None:
        return next((question for question in self.all_questions() if question.key == key), None)

    def topic(self, name: str) -> Topic | None:
        return next((topic for topic in self.topics if topic.name == name), None)

    def number(self, topic: str) -> int:
        """Which topic it is, from 1."""
        return next(number for number, one in enumerate(self.topics, 1) if one.name == topic)


def waiting(band: Band, states: Mapping[str, str], values: Mapping[str, Any]) -> list[Question]:
    """The questions still to ask, in order; one that hangs on an earlier answer is left out until that answer is there."""
    return [
        question
        for question in band.all_questions()
        if states.get(question.key) in (None, "told", "last") and _applies(question, values) and not _may_apply_later(question, states)
    ]


def after(band: Band, keys: Sequence[str], current: str) -> list[str]:
    """Those of `keys` that come after `current`; where that is another band's question, those of its topic and later ones."""
    order = [one.key for one in band.all_questions()]
    if current in order:
        return [key for key in keys if order.index(key) > order.index(current)]
    names = [topic.name for topic in band.topics]
    topic = current.partition(".")[0]
    return [key for key in keys if names.index(key.partition(".")[0]) >= names.index(topic)] if topic in names else []


def _may_apply_later(question: Question, states: Mapping[str, str]) -> bool:
    return any(f"{question.topic}.{name}" not in states for name in question.only_if)


def _applies(question: Question, values: Mapping[str, Any]) -> bool:
    return all(meant(values.get(f"{question.topic}.{name}")) in answers for name, answers in question.only_if.items())


def _rated(faces: Sequence[str], named: Sequence[str]) -> list[str]:
    """'🙂 4 good', or '4 good' without faces."""
    return [" ".join(part) for part in zip(*([faces] if faces else []), "12345", named, strict=True)]


def meant(value: Any) -> Any:
    """What an answer was taken to mean: 4 of "4 (good)", the choice of "no: because he shouts"; or the words themselves."""
    if not isinstance(value, str):
        return value
    match = re.match(r"([1-5]) \(", value)
    return int(match[1]) if match else value.partition(": ")[0]


def band_for(child: Person, today: date, *, easy_read: bool = False) -> Band:
    """The child's band: easy read where they asked for it or their needs say so, else by age; 12 to 15 where that is not known."""
    bands = load()
    if easy_read or re.search(r"easy[ -]?read", child.needs or "", re.IGNORECASE):
        return next(band for band in bands if band.easy_read)
    years = people.age(child, today)
    years = 13 if years is None else years
    by_age = sorted((band for band in bands if band.ages), key=lambda band: band.ages)
    return next((band for band in by_age if years <= band.ages[1]), by_age[-1])


def asked_in(band: Band, key: str) -> Band:
    """The band that a question came from: `band`, or another one where the child has changed over since (easy words, a birthday)."""
    return next((one for one in (band, *load()) if one.question(key)), band)


def topics_of(band: Band, keys: Iterable[str]) -> list[Topic]:
    """The band's topics, and those of other bands that something was said about before the child changed over."""
    told = {key.partition(".")[0]: key for key in keys if "." in key}
    others = [(name, asked_in(band, key).topic(name)) for name, key in told.items() if band.topic(name) is None]
    return [*band.topics, *(topic for _, topic in others if topic)]


@cache
def load(folder: Path = FOLDER) -> tuple[Band, ...]:
    """Every band. Raises BadContent with a line for each thing that cannot be used."""
    problems: list[str] = []
    bands = []
    files = sorted(folder.glob("*.yml"))
    if not files:
        problems.append(f"{folder}: there is no file of questions: put back those that came with Heard.")
    for path in files:
        try:
            held = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f", line {mark.line + 1}" if mark else ""
            problems.append(f"{path.name}{where}: this is not YAML that can be read: check the spaces, brackets and quotes there.")
            continue
        reader = _Reader(path, problems)
        if band := reader.band(held):
            bands.append(band)
    if not problems:
        _covered(bands, problems)
    if problems:
        raise BadContent(problems)
    return tuple(bands)


def _covered(bands: list[Band], problems: list[str]) -> None:
    if sum(band.easy_read for band in bands) != 1:
        problems.append("data/consultation: one file, and only one, has to say 'easy_read: true'.")
    by_age = sorted((band for band in bands if band.ages), key=lambda band: band.ages)
    if not by_age:
        problems.append("data/consultation: no file says which 'ages' it is for.")
    for before, after in zip(by_age, by_age[1:], strict=False):
        if after.ages[0] != before.ages[1] + 1:
            problems.append(
                f"{after.name}.yml: ages begin at {after.ages[0]} and {before.name}.yml ends at {before.ages[1]}: "
                f"begin at {before.ages[1] + 1}."
            )


class _Reader:
    """Reads one file, and says of everything that cannot be used where it is and what to do."""

    def __init__(self, path: Path, problems: list[str]):
        self.path, self.problems = path, problems

    def wrong(self, where: str, what: str) -> None:
        self.problems.append(f"{self.path.name}{': ' + where if where else ''}: {what}")

    def band(self, held: Any) -> Band | None:
        before = len(self.problems)
        if not isinstance(held, dict):
            self.wrong("", "begin with 'ages:' (or 'easy_read: true'), 'scale:', 'meeting:' and 'topics:'.")
            return None
        self._known("", held, ("ages", "easy_read", "scale", "meeting", "topics"))
        ages = self._ages(held)
        scale, faces, hint = self._scale(held.get("scale"))
        meeting = self._meeting(held.get("meeting"))
        topics = held.get("topics")
        if not isinstance(topics, dict) or not topics:
            self.wrong("topics", "write at least one topic.")
            topics = {}
        read = tuple(topic for name, one in topics.items() if (topic := self._topic(name, one)))
        return Band(self.path.stem, ages, scale, faces, hint, meeting, read) if len(self.problems) == before else None

    def _known(self, where: str, held: dict, names: tuple[str, ...]) -> None:
        for name in held:
            if name not in names:
                self.wrong(where, f"'{name}' is not known here: use {', '.join(names)}.")

    def _ages(self, held: dict) -> tuple[int, int] | None:
        ages = held.get("ages")
        if held.get("easy_read") is True and ages is None:
            return None
        good = isinstance(ages, dict) and all(isinstance(ages.get(end), int) for end in ("from", "to")) and ages["from"] <= ages["to"]
        if not good:
            self.wrong("ages", "write 'ages: {from: 8, to: 11}', or 'easy_read: true' instead.")
            return (0, 0)
        return ages["from"], ages["to"]

    def _scale(self, held: Any) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        held = held if isinstance(held, dict) else {}
        self._known("scale", held, ("words", "faces", "hint"))
        named = held.get("words")
        if not isinstance(named, list) or len(named) != 5 or not all(isinstance(word, str) and word.strip() for word in named):
            self.wrong("scale", '\'words\' needs five words or phrases, for 1 to 5 (write "no" and "yes" in quotes).')
            named = []
        faces = held.get("faces") or []
        if not isinstance(faces, list) or len(faces) not in (0, 5):
            self.wrong("scale", "'faces' needs five faces, for 1 to 5, or leave it out.")
            faces = []
        if named and (unread := [one for one in _rated(faces, named) if scale.read(one, named) != _rated(faces, named).index(one) + 1]):
            self.wrong("scale", f"a tap on '{unread[0]}' would be read as something else: choose another face or word.")
        return tuple(named), tuple(map(str, faces)), self._words("scale, hint", held.get("hint"), LONGEST_HINT)

    def _meeting(self, held: Any) -> dict[str, tuple[str, ...]]:
        held = held if isinstance(held, dict) else {}
        self._known("meeting", held, FIELDS)
        read = {}
        for name in FIELDS:
            asks = held.get(name)
            if not isinstance(asks, list) or not asks:
                self.wrong(f"meeting, {name}", "write a list of at least one wording: it may be worded anew, and not left out.")
                continue
            read[name] = tuple(self._words(f"meeting, {name}", ask, LONGEST_ASK) for ask in asks)
        return read

    def _words(self, where: str, held: Any, longest: int) -> str:
        if not isinstance(held, str) or not held.strip():
            self.wrong(where, "write it as text.")
        elif len(held) > longest:
            self.wrong(where, f"{len(held)} letters are too many for a text message: at most {longest}.")
        elif not _PLAIN.fullmatch(held):
            odd = next(letter for letter in held if not _PLAIN.fullmatch(letter))
            self.wrong(where, f"'{odd}' makes a text message cost three times as much: use plain letters, quotes and dashes.")
        elif "{" in held or "}" in held:
            self.wrong(where, "curly brackets cannot be used.")
        return held if isinstance(held, str) else ""

    def _topic(self, name: Any, held: Any) -> Topic | None:
        where = f"topic {name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            self.wrong(where, "name it in up to 18 small letters, digits and underscores, beginning with a letter.")
            return None
        if name in FIELDS:
            self.wrong(where, "this name belongs to the meeting part: choose another.")
            return None
        if not isinstance(held, dict):
            self.wrong(where, "write its title, about, words and questions.")
            return None
        self._known(where, held, ("title", "about", "words", "questions"))
        named = held.get("words")
        if not isinstance(named, list) or not all(isinstance(word, str) for word in named):
            self.wrong(where, "'words' is a list of words by which a message is known to be about it.")
            named = []
        questions = held.get("questions")
        if not isinstance(questions, dict) or not questions:
            self.wrong(where, "write at least one question.")
            questions = {}
        read: list[Question] = []
        for one, what in questions.items():
            if question := self._question(name, one, what, read):
                read.append(question)
        return Topic(
            name,
            self._words(f"{where}, title", held.get("title"), 40),
            self._words(f"{where}, about", held.get("about"), 40),
            tuple(word.lower() for word in named),
            tuple(read),
        )

    def _question(self, topic: str, name: Any, held: Any, before: list[Question]) -> Question | None:
        where = f"topic {topic}, question {name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            self.wrong(where, 'name it in up to 18 small letters, digits and underscores (write "yes" and "no" in quotes).')
            return None
        if not isinstance(held, dict):
            self.wrong(where, 'write its kind and what it asks: {kind: text, ask: "..."}.')
            return None
        self._known(where, held, ("kind", "ask", "choices", "only_if", "worry"))
        if held.get("kind") not in KINDS:
            self.wrong(where, f"'kind' is one of {', '.join(KINDS)}.")
        ask = self._words(where, held.get("ask"), LONGEST_ASK)
        choices = self._choices(where, held)
        only_if = self._only_if(where, topic, held.get("only_if"), before)
        return Question(f"{topic}.{name}", held.get("kind"), ask, choices, only_if, self._worry(where, held.get("worry"), choices))

    def _worry(self, where: str, held: Any, choices: dict) -> tuple[str, ...]:
        if held is None:
            return ()
        if not isinstance(held, list) or any(answer not in choices for answer in held):
            self.wrong(where, "'worry' is a list of answers out of its 'choices' (\"yes\" and \"no\" in quotes).")
            return ()
        return tuple(held)

    def _choices(self, where: str, held: dict) -> dict[str, tuple[str, ...]]:
        choices = held.get("choices")
        if held.get("kind") != "choice":
            if choices is not None:
                self.wrong(where, "only a question of kind choice has choices.")
            return {}
        good = isinstance(choices, dict) and len(choices) > 1 and all(isinstance(said, list) and said for said in choices.values())
        if not good or not all(isinstance(word, str) for answer, said in choices.items() for word in (answer, *said)):
            self.wrong(where, '\'choices\' needs two answers or more, each with a list of words that mean it ("yes" and "no" in quotes).')
            return {}
        return {answer: tuple(word.lower() for word in said) for answer, said in choices.items()}

    def _only_if(self, where: str, topic: str, held: Any, before: list[Question]) -> dict[str, tuple[Any, ...]]:
        if held is None:
            return {}
        if not isinstance(held, dict) or not all(isinstance(answers, list) and answers for answers in held.values()):
            self.wrong(where, "write 'only_if: {earlier_question: [answer, …]}'.".replace("…", "..."))
            return {}
        for name, answers in held.items():
            on = next((question for question in before if question.key == f"{topic}.{name}"), None)
            allowed = range(1, 6) if on and on.kind == "scale" else list(on.choices) if on else []
            if on is None:
                self.wrong(where, f"'only_if' names {name}, which is no earlier question of this topic.")
            elif odd := [answer for answer in answers if answer not in allowed]:
                self.wrong(where, f"'only_if' names the answer {odd[0]}, which {name} cannot have.")
        return {name: tuple(answers) for name, answers in held.items()}
