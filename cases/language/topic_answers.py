"""What a message means in the second part of the form: home, school, health and the rest, question by question.

Anything may be told here, so that nearly every message is an answer in the child's own words. What else it can be: a way
to steer, a question put to us, a plain correction of the meeting part, or a word about another topic.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from cases.language import answers, evidence, foreign, own_words, scale, steering, topics, yesno
from cases.language.fields import known_of
from cases.language.form import Change, Outcome, State
from cases.language.text import clean, plain, shorten
from cases.questions import Band, Question, Topic, meant

LONGEST = 1000
_ENOUGH = re.compile(
    r"^(?:(?:ok|no|nah|yeah|yes|um+|and|but|i think|please|can (?:we|you)|just)[ ,]+)*"
    r"(?:that's (?:it|all|everything|enough)|that is (?:it|all)|(?:i'm |all |i am )?(?:done|finished)|no more(?: questions| topics)?|"
    r"nothing (?:else|more)|send(?: it| that| them)?(?: now)?|submit(?: it)?|end there|i've said (?:enough|everything)|"
    r"(?:that's )?enough(?: questions)?)"
    r"(?:[ ,]+(?:now|please|thanks|thank you|for now|really|i want to say|to say|all done))*$"
)
_LATER = re.compile(r"\b(?:later|another (?:time|day)|tomorrow|not (?:now|today|yet)|next time|at the weekend)\b")
_WHOLE_TOPIC = re.compile(
    r"^(?:please )?(?:skip|next|miss)(?: out)? (?:this |the |that |all |whole |all of )*(?:topic|bit|part|lot|section|(\w+))(?: one| bit| questions?)?$"
)
_JUMP = re.compile(
    r"^(?:(?:can (?:we|i)|could we|let's|let us|i want to|i'd rather|please|ok|just)\s+)*"
    r"(?:talk about|go (?:on )?to|move on to|skip to|do|jump to|tell you about) (.+?)(?: (?:now|next|instead|please|first))*$"
)
_NOT_ABOUT = re.compile(
    r"^(?:(?:no|but|um+|sorry|please|ok)[ ,]+)*(?:i )?(?:really )?(?:don't|do not|can't|won't|i'd rather not|rather not|not going to)"
    r"(?: really)?(?: (?:want|like|going) to)? (?:talk|speak|chat|think|say anything|answer|tell you)(?: anything)? about (?:my |the )?(.+)$"
)
_MORE_WORDS = frozenset(
    "yes yeah yep ok about and my the more on please i want to say talk bit something stuff for can we do just let's a lot tell you also or".split()
)
#: 'no cos he shouts': more than the choice is said.
_MORE_THAN_IT = re.compile(r"\w (?:because|but|when|if|unless|only|except|apart from|so|until|with)\b")
_NOT = re.compile(r"\b(?:not|no|never|nothing|cannot|hardly)\b|n't\b")


def interpret(text: str, state: State, question: Question, band: Band, *, intent: str = "", confidence: float = 0.0) -> Outcome:
    """What the message means while `question` is asked."""
    if foreign.written(text, before=state.foreign):
        return own_words.in_another_language(replace(state, asked=question.key))
    said, took_back = steering.without_jokes(plain(text))
    if took_back and not re.search(r"[a-z0-9]", said):
        return Outcome("filler", reopen=(state.last,) if band.question(state.last) else ())
    disclosure = state.risk != "none" or intent == "disclose_harm" and confidence >= answers.SURE
    if disclosure and (evidence.speaks_of_harm(said) or state.risk == "immediate"):
        # It was asked for, so it is not asked for again. It is no line of a form that others read: people have the message.
        return Outcome(
            "unclear", (Change(question.key, state.values.get(question.key), skipped=question.key not in state.values),), disclosure=True
        )
    return replace(_interpreted(said, text, state, question, band, intent, confidence), disclosure=disclosure)


def _interpreted(said: str, text: str, state: State, question: Question, band: Band, intent: str, confidence: float) -> Outcome:
    bare = said.strip(" .!?")
    if question.key in state.told and (yesno.polarity(said) and len(bare.split()) <= 4 or topics.nothing(said) or _ENOUGH.match(bare)):
        return Outcome("answers", (Change(question.key, state.values.get(question.key)),))
    if (jump := _JUMP.match(bare)) and (wanted := _names_topics(jump[1], band)) and wanted[0].name != question.topic:
        return Outcome(
            "topics", reopen=(next((one.key for one in wanted[0].questions if one.key not in state.values), wanted[0].questions[0].key),)
        )
    if (refused := _NOT_ABOUT.match(bare)) and (topic := next((one for one in band.topics if refused[1] in _own_names(one)), None)):
        keys = (one.key for one in topic.questions if one.key not in state.values)
        return Outcome("answers", tuple(Change(key, None, skipped=True) for key in keys))
    meaning = read(text, question, band)
    steer = steering.read(said)
    skips = steer is not None and steer.kind in ("skip", "refuse")
    if question.kind == "scale" and meaning is None and not skips and yesno.polarity(said) in ("yes", "no") and len(bare.split()) <= 2:
        return Outcome("hint")
    if meaning is None or question.kind == "text":
        if steered := _steered(said, bare, state, question, band):
            return steered
        asks = intent in answers.SIDE_INTENTS - answers.LIKE_AN_ISSUE and confidence >= answers.SURE and len(said) > 2
        if asks and steering.is_question(said):
            return Outcome("side", side=intent)
    if corrected := _about_the_meeting(said, text, state, question, meaning):
        return Outcome("answers", tuple(corrected))
    return Outcome("answers", tuple(_answers(text, state, question, band)))


def interpret_more(text: str, state: State, band: Band, *, intent: str = "", confidence: float = 0.0) -> Outcome:
    """What the message means after "is there more you want to say?": topics, enough, or what it would mean at the read-back."""
    said = plain(text)
    bare = said.strip(" .!?")
    if named := _names_topics(bare, band):
        return Outcome("topics", reopen=(named[0].questions[0].key,))
    if _ENOUGH.match(bare) or _LATER.search(bare) and len(bare.split()) <= 6 or topics.nothing(said):
        return Outcome("enough")
    steer = steering.read(said)
    if steer and steer.kind in ("skip", "refuse", "no_preference"):
        return Outcome("enough")
    if steer and steer.kind == "back" and state.last and not steering.named_field(said):
        return Outcome("back", reopen=(state.last,))
    outcome = answers.interpret(text, replace(state, asked="send"), intent=intent, confidence=confidence)
    polarity = yesno.polarity(said)
    if outcome.kind == "send":
        return replace(outcome, kind="topics" if polarity == "yes" and not re.search(r"\bsend|submit|done|finish", said) else "enough")
    if outcome.kind == "not_yet":
        return replace(outcome, kind="stop" if steer and steer.kind == "stop" else "enough")
    return outcome


def _names_topics(bare: str, band: Band) -> list[Topic]:
    """'yes about school', 'home and family': which topics a short message names, and nothing else."""
    if len(bare.split()) > 8:
        return []
    rest, found = bare, []
    for topic in band.topics:
        for word in sorted({topic.title.lower(), topic.about, topic.name.replace("_", " "), *topic.words}, key=len, reverse=True):
            if match := re.search(rf"\b{re.escape(word)}\b", rest):
                found.append((bare.find(match[0]), topic))
                rest = re.sub(rf"\b{re.escape(word)}\b", " ", rest)
    if not found or not set(re.findall(r"[a-z']+", rest)) <= _MORE_WORDS:
        return []
    return list(dict.fromkeys(topic for _, topic in sorted(found, key=lambda one: one[0])))


def _steered(said: str, bare: str, state: State, question: Question, band: Band) -> Outcome | None:
    if _ENOUGH.match(bare) and not (question.kind == "text" and bare in ("nothing else", "nothing more")):
        return Outcome("enough")
    if (whole := _WHOLE_TOPIC.match(bare)) and (not whole[1] or band.topic(question.topic) in _names_topics(whole[1], band)):
        keys = (one.key for one in band.topic(question.topic).questions if one.key not in state.values)
        return Outcome("answers", tuple(Change(key, None, skipped=True) for key in keys))
    if whole and whole[1] and (other := _names_topics(whole[1], band)):  # 'skip health', while school is spoken of
        keys = (one.key for one in other[0].questions if one.key not in state.values)
        return Outcome("answers", tuple(Change(key, None, skipped=True) for key in keys))
    steer = steering.read(said)
    if steer is None:
        return None
    if steer.kind == "side":
        return Outcome("side", side=steer.side)
    if steer.kind in ("stop", "again"):
        return Outcome(steer.kind)
    if steer.kind == "back":
        return Outcome("back", reopen=(state.last,) if state.last and state.last != question.key else ())
    if steer.kind in ("skip", "refuse", "no_preference"):
        return Outcome("answers", (Change(question.key, None, skipped=True),))
    return Outcome("filler") if yesno.polarity(said) is None else None


def named(said: str, band: Band) -> Question | None:
    """The first question of the topic that a message such as 'change what i said about school' names, or None."""
    match = re.search(
        r"\b(?:about|change|go (?:back )?to|back to|to)\s+(?:what i said about |my |the )*([a-z ]+)$", plain(said).strip(" .!?")
    )
    found = _names_topics(match[1].strip(), band) if match else []
    return found[0].questions[0] if found else None


def _about_the_meeting(said: str, text: str, state: State, question: Question, meaning: Any) -> list[Change]:
    """'actually not tuesday, thursday': a plain correction of the first part. Not where the message is an answer as it stands."""
    if question.kind != "text" and meaning is not None or question.topic == "my_meeting" or not state.values:
        return []
    return answers.corrects_meeting(said, text, replace(state, asked="issues"), known_of(text, state))


def read(text: str, question: Question, band: Band) -> Any:
    """The answer that the words amount to: '4 (good)', one of the choices, the words themselves; None where they say none."""
    words = shorten(" ".join(clean(text).split()), LONGEST)
    if question.kind == "scale":
        number = scale.read(text, band.scale)
        if number is None:
            return None
        kept = scale.said(number, band.scale)
        return f"{kept}: {words}" if len(words.split()) > 3 else kept
    if question.kind == "choice":
        said = plain(text)
        answer = _choice(said, question)
        return f"{answer}: {words}" if answer and (_MORE_THAN_IT.search(said) or len(words.split()) > 6) else answer
    return words or None


def worries(value: Any, question: Question) -> bool:
    """Is this an answer that people are told of at once: one of `worry`, or a "not" that the choices do not know?"""
    if not question.worry or value is None:
        return False
    taken = meant(value)
    return taken in question.worry or taken not in question.choices and bool(_NOT.search(plain(str(value))))


def _choice(said: str, question: Question) -> str | None:
    """The choice with the longest wording in the message. A 'not' that is no part of that wording leaves it unread."""
    found = [
        (len(word), answer, word)
        for answer, means in question.choices.items()
        for word in (answer, *means)
        if re.search(rf"(?<![\w']){re.escape(plain(word))}(?![\w'])", said)
    ]
    if not found:
        polarity = yesno.polarity(said) if len(said.split()) <= 4 else None
        return polarity if polarity in question.choices else None
    _, answer, word = max(found, key=lambda one: one[0])
    first = re.match(r"(?:yes|no|not really)\b", said)  # 'no not in the room': the first word is the answer
    if first and first[0] in question.choices and answer != first[0]:
        return None if len({one for _, one, _ in found}) > 2 else first[0] if len(said.split()) <= 4 else None
    outside = said.replace(plain(word), " ", 1)
    if _NOT.search(outside) and not _NOT.search(plain(word)) and len(said.split()) > 1:
        return None
    return answer


def _answers(text: str, state: State, question: Question, band: Band) -> list[Change]:
    own, others = _by_topic(text, question, band)
    changes = []
    if own:
        value = read(own, question, band)
        if value is None and question.kind == "scale" and (instead := _to_tell(band.topic(question.topic), "text", state)):
            # said in words, and not as a number: the words answer what comes next
            return [Change(question.key, None, skipped=True), Change(instead.key, shorten(clean(own), LONGEST))]
        value = value or shorten(" ".join(clean(own).split()), LONGEST)
        if question.key in state.told and (before := state.values.get(question.key)):
            value = f"{before}; {value}"
        changes.append(Change(question.key, value))
        if question.kind == "scale" and len(own.split()) > 4 and (beside := _to_tell(band.topic(question.topic), "text", state)):
            changes.append(Change(beside.key, shorten(clean(own), LONGEST), told=True))
    for topic, part in others.items():
        rated = _to_tell(topic, "scale", state)
        if rated and (value := read(part, rated, band)):
            changes.append(Change(rated.key, value if value.endswith(part) else f"{value}: {part}"))
        if (not rated or len(part.split()) > 4) and (beside := _to_tell(topic, "text", state)):
            changes.append(Change(beside.key, part, told=True))
    return changes


def _to_tell(topic: Topic, kind: str, state: State) -> Question | None:
    """The topic's first question of this kind that has no answer yet."""
    return next((one for one in topic.questions if one.kind == kind and not one.only_if and one.key not in state.values), None)


def _by_topic(text: str, question: Question, band: Band) -> tuple[str, dict[Topic, str]]:
    """The message's part about what was asked, and its parts that begin with another topic: 'home is good, school is rubbish'."""
    parts = [part.strip(" ,-") for part in re.split(r"(?<!\d)[.;!\n]+|,|\bbut\b", clean(text)) if part.strip(" ,-")]
    if len(parts) < 2:
        return text, {}
    mine = band.topic(question.topic)
    own: list[str] = []
    others: dict[Topic, str] = {}
    last: Topic | None = None
    for part in parts:
        begins = _begins_with(part, band)
        topic = mine if begins is None and last is None or begins is mine else begins or last
        if topic is mine:
            own.append(part)
        else:
            others[topic] = f"{others[topic]}, {part}" if topic in others else part
        last = topic
    return (", ".join(own), others) if own and others else (text, {})


def _own_names(topic: Topic) -> set[str]:
    """'family and friends', 'family', 'friends': not what else comes up in it ('my dad')."""
    return {topic.title.lower(), *re.split(r",? (?:and|or) |, ", topic.title.lower()), topic.name, topic.about}


def _begins_with(part: str, band: Band) -> Topic | None:
    """The topic whose own name a part begins with: 'school is', 'my health'. Words that come up in any topic do not count."""
    begin = re.sub(r"^(?:(?:and|but|also|my|the|at|about|with|in|ok)\s+)+", "", plain(part))
    for topic in band.topics:
        names = _own_names(topic) | {topic.words[0] if topic.words else ""}
        if any(name and re.match(rf"{re.escape(name)}(?:'s)?\b", begin) for name in names):
            return topic
    return None
