"""What a child's message does to their form: which answers it gives, corrects or takes back, or how it steers the talk.

`interpret` is told what was asked and what is known, reads the message, and says what it means. It writes nothing: see
cases/consultations.py. The classifier's intent only decides where the words themselves do not.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cases.language import ending, evidence, foreign, names, own_words, people, places, steering, times, topics, yesno
from cases.language.disclosure import plain_answer, to_the_point
from cases.language.fields import known_of, more_topics, read_field, rename, united
from cases.language.form import FIELDS, NO_PREFERENCE, Change, Outcome, State
from cases.language.people import Known
from cases.language.text import plain, word_set
from cases.language.told import confirms, guessed, settle

#: Intents whose rule answers a question put to us; the form then asks its own again.
SIDE_INTENTS = word_set(
    """
    who_is_my_iro contact_iro next_review ask_rights ask_confidentiality ask_legal ask_human ask_decisions decision_not_done
    review_feedback change_language change_contact stop_messages what_is_iro who_are_you make_complaint complain_about_iro abuse_at_bot
    out_of_scope chitchat
    """
)
#: Of these, the ones that a wish or worry, told as an answer, is easily mistaken for.
LIKE_AN_ISSUE = word_set(
    """
    contact_iro decision_not_done review_feedback make_complaint complain_about_iro ask_decisions change_contact change_language
    ask_legal ask_rights stop_messages chitchat out_of_scope abuse_at_bot ask_human
    """
)
_LANGUAGE = re.compile(
    r"\b(?:english|language|translat\w*|interpret\w*|easy|easier|simple\w*|words|read well|(?:speak|talk|write|in) [a-z]+(?:ish|ian|ic|ese|i|ali)|welsh)\b"
)
_WRONG = re.compile(
    r"(?:no[ ,]+)?(?:that(?:'s| is| was)|it(?:'s| is)|you(?:'ve| have) got it) (?:wrong|incorrect|not (?:right|correct|what i said))[ ,.]+"
    r"(?:(?:but|because|and)[ ,]+)?(?:i said |it's |it is |it should be |i meant? |i want )?(?P<rest>\w.*)"
)
SURE, VERY_SURE = 0.6, 0.8
_SMALL_TALK = ("greet", "thanks", "goodbye")


def interpret(text: str, state: State, *, intent: str = "", confidence: float = 0.0) -> Outcome:
    """What the message means, given the question that was asked."""
    text = own_words.of_emoji(text)
    if foreign.written(text, state.asked, before=state.foreign):
        return own_words.in_another_language(state)
    said, took_back = steering.without_jokes(plain(text))
    disclosure = state.risk != "none" or (intent == "disclose_harm" and confidence >= SURE)
    if took_back and not re.search(r"[a-z0-9]", said):
        return Outcome("filler", reopen=(state.last,) if state.last else ())
    if disclosure and (evidence.speaks_of_harm(said) or state.risk == "immediate"):
        return _during_disclosure(said, text, state)
    outcome = _interpreted(said, text, state, took_back, intent, confidence)
    if disclosure and state.risk != "none" and outcome.kind == "answers" and not all(to_the_point(c, said, state) for c in outcome.changes):
        return Outcome("unclear", disclosure=True)
    return replace(outcome, disclosure=disclosure)


def _interpreted(said: str, text: str, state: State, took_back: bool, intent: str, confidence: float) -> Outcome:
    if state.asked in FIELDS and state.asked not in state.told and steering.said_already(said) and len(said.split()) <= 4:
        return Outcome("hint")
    if state.asked != "begin" and (named := steering.changes_field(said)):
        return Outcome("back", reopen=(named,))
    if all_said := ending.all_said(said, state):
        return all_said
    if left_out := ending.left_out(said, state):
        return Outcome("answers", (left_out,))
    steer = steering.read(said)
    if steer is not None and (outcome := _steer(steer, said, text, state)):
        return outcome
    if state.asked in FIELDS and re.search(r"\b(?:form|booklet|consultation)\b", said) and steering.is_start(said):
        return Outcome("again")  # they are in it: 'i want to do my form'
    if (wrong := _WRONG.fullmatch(said)) and (put_right := _at_the_ends(wrong["rest"], text, state, known_of(text, state))):
        return Outcome("answers", tuple(settle(put_right, state)))
    question, mark, answer = said.rpartition("?")
    if mark and steering.is_question(question) and yesno.polarity(answer) in ("yes", "no"):  # 'is she somebody i dont want? no, shes ok'
        said = answer.strip()
    for spoken_of in ("exclude", "attend") if state.last == "exclude" else ("attend", "exclude"):
        if people_named := names.given(said, state.values.get(spoken_of) or []):
            return Outcome("answers", (Change(spoken_of, people_named),))
    changes = _changes(said, text, state, took_back)
    if changes and not (intent in SIDE_INTENTS and confidence >= VERY_SURE and guessed(changes, said, state)):
        return Outcome("begin" if state.asked == "begin" else "answers", tuple(settle(changes, state)))
    return _nothing_read(said, text, state, intent, confidence)


def _during_disclosure(said: str, original: str, state: State) -> Outcome:
    """Harm was hinted at. Only a plain answer beside it is kept; the rest is for the safety net and for people."""
    changes = []
    if state.asked in ("exclude", "attend", "where", "when", "chair", "advocate"):
        changes = [c for c in _changes(said, original, state, False) if c.field != "issues" and plain_answer(c, said, state)]
    if state.asked == "issues":  # it was asked for, so it is not asked for again; but it is no topic for a form that others read
        changes = [Change("issues", state.values.get("issues"), skipped=not state.values.get("issues"))]
    return Outcome("answers" if changes else "unclear", tuple(changes), disclosure=True)


# Steering --------------------------------------------------------------------------------------------------------------


def _steer(steer: steering.Steer, said: str, original: str, state: State) -> Outcome | None:
    asked = state.asked
    if steer.kind == "side":
        rest = _answer_beside_question(said, original, state)
        return Outcome("side", tuple(rest), side=steer.side)
    if steer.kind == "stop" and asked == "issues" and re.search(r"\b(?:leave me (?:alone|be)|go away)\b", said):
        return None  # it may be what they want to say
    if steer.kind == "stop" and asked in ("chair", "advocate") and re.match(r"(?:maybe later|not (?:now|yet|today|right now))\b", said):
        return Outcome("answers", (Change(asked, False),))
    if steer.kind == "stop":
        if asked == "send":
            return Outcome("not_yet")
        return Outcome("stop")
    if steer.kind == "back":
        return _back(said, state)
    if steer.kind == "again":
        return Outcome("again")
    if asked in ("begin", "send"):
        return None
    if steer.kind in ("skip", "refuse"):
        return _skip(state)
    if steer.kind == "no_preference":
        if asked in ("when", "where"):
            return Outcome("answers", (Change(asked, NO_PREFERENCE),))
        if asked == "chair":
            return Outcome("answers", (Change(asked, NO_PREFERENCE),))
        return _skip(state)
    if steer.kind == "filler" and asked in ("chair", "advocate") and yesno.polarity(said) in ("yes", "maybe"):
        return None
    if steer.kind == "filler" and asked == "where" and said.strip(" .!") in ("here", "in here", "right here"):
        return None
    if steer.kind == "filler":
        if asked in state.told and yesno.polarity(said) == "yes":
            return Outcome("answers", (Change(asked, state.values.get(asked)),))
        return own_words.filler(said, state)
    return None


def _skip(state: State) -> Outcome:
    """Skipped; what was told before stays."""
    if state.asked in state.told:
        return Outcome("answers", (Change(state.asked, state.values.get(state.asked)),))
    return Outcome("answers", (Change(state.asked, None, skipped=True),))


def _back(said: str, state: State) -> Outcome:
    named = steering.named_field(said)
    if named:
        return Outcome("back", reopen=(named,))
    if state.asked == "send":
        return Outcome("what_to_change")
    before = state.last
    if not before and state.asked in FIELDS and FIELDS.index(state.asked):
        before = FIELDS[FIELDS.index(state.asked) - 1]
    return Outcome("back", reopen=(before,) if before else ())


def _answer_beside_question(said: str, original: str, state: State) -> list[Change]:
    """'what is that. no' at a yes-or-no question, 'half 4. who reads this': the question is answered, the answer kept."""
    parts = re.split(r"[.!?;]\s*", said)
    if len([p for p in parts if p.strip()]) < 2:
        return []
    rest = ". ".join(part for part in parts if part.strip() and not steering.side_question(part) and not steering.is_question(part))
    return _changes(rest, original, state, False) if rest and steering.read(rest) is None else []


# Answers ---------------------------------------------------------------------------------------------------------------


def _changes(said: str, original: str, state: State, took_back: bool) -> list[Change]:
    known = known_of(original, state)
    out = {one.lower() for one in state.values.get("exclude") or []} if state.asked != "exclude" else set()
    told = evidence.relation_told(said, left_out=out)
    if told and (renamed := rename(told, state)):
        return renamed
    if took_back and state.last and state.last != state.asked:
        speaks_to = evidence.strong(said, state.now, known, state.asked)
        if not speaks_to or speaks_to == state.last:
            return read_field(state.last, said, original, state, known, alone=False) or []
    if state.asked == "issues":
        return _at_issues(said, original, state, known)
    if state.asked in ("send", "begin"):
        return _at_the_ends(said, original, state, known)
    return at_question(said, original, state, known)


def at_question(said: str, original: str, state: State, known: Known) -> list[Change]:
    """Sort the clauses by the field that they speak to, then read each field's own."""
    asked = state.asked
    if (confirmed := confirms(said, state)) is not None:
        return confirmed
    if (
        asked == "where"
        and re.fullmatch(r"\d{1,2}", said.strip(" .!?"))
        and re.search(r"\d(?::\d\d)?[ap]m", state.values.get("when") or "")
    ):
        return []  # a bare number is no place, and a time is there already
    if (
        asked == "chair"
        and state.last in ("attend", "exclude")
        and re.fullmatch(r"(?:and )?(?:every ?(?:one|body) else|the rest|(?:the )?others)", said.strip(" .!"))
    ):
        return [Change("exclude", united(list(state.values.get("exclude") or []), ["everyone else"]))]
    if asked == "chair" and people.NOBODY.match(said) and "else" in said:
        return []
    if asked in ("chair", "advocate") and evidence.to_talk_about(said):
        return more_topics(evidence.told_last(original), state, more=True)
    second_thought = re.match(r"(?:(?:no|oh|ah|ok|and)[ ,]+)*(?:wait|actually|hang on|sorry)\b[ ,]*(?:no[ ,]+)?(?=\w)", said)
    if asked in ("chair", "advocate") and second_thought and yesno.chairing(said) in (None, False):
        rest = said[second_thought.end() :]
        about = {evidence.strong(clause, state.now, known, asked) for clause in evidence.clauses(rest)} & {"when", "where"}
        if len(about) == 1 and (put_right := read_field(about.pop(), rest, original, state, known, alone=False)):
            return put_right
    if asked in ("chair", "advocate") and not _elsewhere(said, state, known):
        return read_field(asked, said, original, state, known) or []
    own, others, told = [], {}, False
    for clause in evidence.clauses(said):
        speaks_to = evidence.strong(clause, state.now, known, asked)
        told = evidence.to_talk_about(clause) or told and not speaks_to
        if told:
            others.setdefault("issues", []).append(clause)
            continue
        if asked in ("attend", "exclude") and speaks_to in ("attend", "exclude") or speaks_to in ("", asked):
            own.append(clause)
        else:
            others.setdefault(speaks_to, []).append(clause)
    if not others:
        changes = read_field(asked, said, original, state, known) or []
        if asked == "when" and any(c.field == "when" for c in changes) and (place := evidence.place_beside(said, state.now, asked=True)):
            changes.append(Change("where", places.join(state.values.get("where") or "", places.Where(place))))
        return changes
    changes = []
    if asked == "when" and "where" not in others and (place := evidence.place_beside(said, state.now, asked=True)):
        changes.append(Change("where", places.join(state.values.get("where") or "", places.Where(place))))
    leftover = ", ".join(
        c for c in own if asked == "when" or evidence.strong(c, state.now, known, asked) or asked == "chair" and yesno.polarity(c)
    )
    if leftover and (mine := read_field(asked, leftover, original, state, known, alone=False)):
        changes += mine
    for name, parts in others.items():
        if any(c.field == name for c in changes):
            continue
        if name == "issues":
            changes += more_topics(evidence.told_last(original) if told else ", ".join(parts), state, more=True)
            continue
        if len(others) == 1 and not leftover and asked != "when":
            return read_field(name, said, original, state, known, alone=False) or []
        changes += read_field(name, ", ".join(parts), original, state, known, alone=False) or []
    if asked == "when" and not any(c.field == "when" for c in changes) and times.read(said, state.now).strong:  # in one breath with a place
        changes += read_field("when", said, original, state, known, alone=False) or []
    return changes


def _elsewhere(said: str, state: State, known: Known) -> bool:
    """At a yes-or-no question: is the message plainly about another field?"""
    speaks_to = evidence.strong(said, state.now, known, state.asked)
    if speaks_to in ("", state.asked):
        return False
    if state.asked == "advocate" and speaks_to in ("attend", "exclude") and yesno.advocacy(said)[0] is not None:
        return False
    value = yesno.chairing(said) if state.asked == "chair" else yesno.advocacy(said)[0]
    return (
        value is None or steering.corrects(said) or value is False and speaks_to in ("attend", "exclude", "chair") and len(said.split()) > 2
    )


def _at_issues(said: str, original: str, state: State, known: Known) -> list[Change]:
    """Anything may be told here, so that only a plain correction of another answer is taken as one."""
    if (confirmed := confirms(said, state)) is not None:
        return confirmed
    if topics.nothing(said):
        return [Change("issues", [])]
    if yesno.only_yes(said):
        return []
    return corrects_meeting(said, original, state, known) or more_topics(original, state)


def corrects_meeting(said: str, original: str, state: State, known: Known) -> list[Change]:
    """Where anything may be told: what a message plainly corrects about the meeting, or nothing."""
    corrects = steering.corrects(said)
    about_meeting = bool(
        re.search(
            r"\b(?:come(?! in\b| into\b| round\b| over\b)|be there|invite|my (?:review|meeting)|the (?:review|meeting)|there too)\b", said
        )
    )
    if (
        evidence.leads(said)
        or corrects
        and yesno.chairing(said) is not None
        and re.search(r"\b(?:start|beginning|lead|run|chair|intro|boss)\b", said)
    ):
        return read_field("chair", said, original, state, known) or []
    speaks_to = evidence.strong(said, state.now, known, "issues")
    if speaks_to == "advocate" and len(said.split()) <= 8 and yesno.advocacy(said)[0] is not None:
        return read_field("advocate", said, original, state, known) or []
    short = len(said.split()) <= 9
    if (
        short
        and speaks_to in ("when", "where")
        and corrects
        and not re.search(r"\b(?:i want to|see|go|live|move|stay|get|more|less|need)\b", said)
    ):
        return read_field(speaks_to, said, original, state, known) or []
    if (
        short
        and speaks_to in ("attend", "exclude")
        and (corrects or about_meeting)
        and not re.search(r"\b(?:see|live|visit|stay|move|ring|call|more|argu\w+|fight\w*)\b", said)
    ):
        return read_field(speaks_to, said, original, state, known) or []
    return []


def _at_the_ends(said: str, original: str, state: State, known: Known) -> list[Change]:
    """At the read-back, or when asked whether to begin: anything that plainly speaks to a field."""
    if yesno.polarity(said) and len(said.split()) <= 4 and not evidence.strong(said, state.now, known, state.asked):
        return []
    changes: list[Change] = []
    for clause in evidence.clauses(said):
        speaks_to = evidence.strong(clause, state.now, known, state.asked)
        if speaks_to and not any(c.field == speaks_to for c in changes):
            changes += read_field(speaks_to, clause, original, state, known, alone=False) or []
    return changes


def _nothing_read(said: str, original: str, state: State, intent: str, confidence: float) -> Outcome:
    """No rule found an answer: a yes or no at the ends, a question that the classifier knows, or nothing we can use."""
    asked, polarity = state.asked, yesno.polarity(said)
    if asked == "begin":
        if polarity == "yes" or steering.is_start(said):
            return Outcome("begin")
        if state.missed:  # neither a yes nor a no, twice: they are not asked a third time
            return Outcome("decline")
        if polarity == "no":
            return Outcome("decline")
    if asked == "send":
        if polarity == "yes" and ending.wants_to_change(said):
            changed = ending.chairs_after_all(said)
            return Outcome("answers", (changed,)) if changed else Outcome("what_to_change")
        if (
            polarity == "yes"
            or re.search(r"\b(?:send|submit|done|finished|that's (?:it|all|everything)|looks good|perfect|all good)\b", said)
            and polarity != "no"
        ):
            return Outcome("send")
        if named := steering.named_field(said):
            return Outcome("back", reopen=(named,))
        if re.search(r"\b(?:change|wrong|edit|fix|incorrect|not (?:quite |all )?(?:right|correct))\b", said):
            return Outcome("what_to_change")
        if polarity == "no":
            return Outcome("not_yet")
    if asked == "chair" and people.NOBODY.match(said):
        return Outcome("filler")
    if asked in ("attend", "exclude") and (more := more_topics(own_words.after_no_but(original), state, more=True)):
        return Outcome("answers", tuple(settle([Change(asked, list(state.values.get(asked) or [])), *more], state)))
    if asked == "chair" and len(said.split()) > 2 and not steering.is_question(said) and intent not in SIDE_INTENTS - LIKE_AN_ISSUE:
        found = topics.split(original)
        if found and len(found[0].split()) > 2 and (more := more_topics(original, state, more=True)):  # the next question, answered already
            return Outcome("answers", tuple(settle(more, state)))
    if (
        intent == "raise_issue"
        and confidence >= SURE
        and asked in FIELDS
        and len(said.split()) > 2
        and (more := more_topics(original, state, more=True))
    ):
        return Outcome("answers", tuple(settle(more, state)))
    if asked in ("chair", "advocate") and re.match(r"(?:is|are|do|does|can|will|would) (?:it|that|this|one|they|there)\b", said):
        return Outcome("side", side=f"explain_{asked}")
    complaint = intent in ("make_complaint", "complain_about_iro")
    likely = intent in SIDE_INTENTS and confidence >= SURE and len(said) > 2 and not (complaint and steering.is_question(said))
    likely = likely and (intent != "change_language" or bool(_LANGUAGE.search(said)))
    if likely and (asked != "issues" or intent not in LIKE_AN_ISSUE):
        return Outcome("side", side=intent)
    if asked == "send" and steering.is_question(said) and len(said.split()) <= 6:
        return Outcome("unclear")
    if asked == "send" and len(said.split()) > 1 and (more := more_topics(original, state, more=True)):
        return Outcome("answers", tuple(more))
    if steering.read(said) is not None or not re.search(r"[a-z]{2}", said):
        return own_words.filler(said, state)
    small_talk = intent in _SMALL_TALK and confidence >= SURE
    return own_words.read(said, original, state, small_talk=small_talk, understood=intent != "nlu_fallback")
