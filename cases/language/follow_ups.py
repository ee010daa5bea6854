"""What a message asks for where it only makes sense after what was said last: "can i have one", "don't want one", "a different one"."""

from __future__ import annotations

import re

PLEASE = r"(?:(?:hi|hey|so|but|and|um|oh|yes|yeah|ok|please|pls|sorry|then|just|well)[ ,]+)*"
NOW = r"(?: (?:please|pls|too|then|now|again|instead|though))*[ .?!]*$"

#: What was offered while an advocate is spoken of: one, one that was asked for unasked, one that the child asked for.
OF_ADVOCATE = ("advocate", "advocate_presumed", "advocate_asked")

_TAKES = re.compile(
    rf"^{PLEASE}(?:(?:(?:can|could|may) (?:i|we|you)|how (?:do|can|would|could) i|where (?:do|can) i|i(?:'d| would)? ?(?:want|need|like|love)|i'll)"
    r"(?: please)? ?(?:to )?(?:have|get|see|speak to|ask for|sort|find|take)? ?(?:me )?|(?:get|give|find) me )"
    rf"(?:one|that|someone like that){NOW}"
)
_TAKES_BACK = re.compile(
    rf"^{PLEASE}(?:(?:actually|no|i|i've|changed my mind)[ ,]+)*(?:don't|do not|no longer) (?:want|need) (?:one|it|that|them)(?: any ?more)?{NOW}|"
    rf"^{PLEASE}(?:(?:actually|no)[ ,]+)*(?:i |i've )?changed my mind{NOW}"
)
_CHANGES = re.compile(
    rf"^{PLEASE}(?:(?:can|could|may) (?:i|we)|i(?:'d| would)? (?:want|need|like)(?: to)?) (?:to )?(?:still )?(?:add|change|edit|fix|say|put)"
    rf"(?: (?:something|some ?thing else|more|things|stuff|some more|one more thing|it|that|to it|my answers?|my form|an answer|another thing))*{NOW}"
)
_WHEN = re.compile(
    rf"^{PLEASE}(?:when (?:will|do|does|can|are) (?:i|they|she|he|someone) (?:hear|know|get one|find out|come|coming|call|ring|text|get in touch|"
    rf"be in touch)|how long (?:will|does) it take|have they (?:said|answered))\b[\w' ]*{NOW}"
)
_COST = re.compile(
    rf"^{PLEASE}(?:(?:does|do) (?:it|they|i|one) (?:cost|have to pay)|how much|is it free|will it cost|what does it cost)\b[\w' ]*{NOW}"
)
_ANOTHER = re.compile(
    rf"^{PLEASE}(?:(?:can|could) i (?:get|have|ask for)|i (?:want|need)|i'd like) (?:a )?(?:different|another|new|other) (?:one|person|lady|man){NOW}"
)


def read(said: str, offer: str) -> str | None:
    """`said` in plain spelling, `offer`: what was offered last. The name of what is asked for (as in asks.py), or None."""
    if offer in ("advocate", "consultation", "message", "complaint") and _TAKES.search(said):
        return "takes_up"
    if offer == "complaint" and _CHANGES.search(said):
        return "takes_up"
    if offer in ("", "consultation") and _CHANGES.search(said):
        return "adds_to_form"
    if offer in OF_ADVOCATE and _TAKES_BACK.search(said):
        return "no_advocate"
    if offer == "advocate_asked" and _WHEN.search(said):
        return "advocate_status"
    if offer in OF_ADVOCATE and _COST.search(said):
        return "advocate_cost"
    return "iro_change" if offer == "message" and _ANOTHER.search(said) else None


_LESS = re.compile(
    r"\b(?:stop|stopp\w*|less|fewer|don't|do not|no more|not so|too (?:many|much)|leave|quit|enough|never|unsubscribe|shut|sick of|off)\b"
)
_TEXTS = re.compile(
    r"\b(?:text\w*|txt\w*|messag\w*|msgs?|spam\w*|contact\w*|bother\w*|notif\w*|unsubscribe|number|bot|heard|you|this|remind\w*|alone)\b"
)


def wants_fewer_texts(said: str) -> bool:
    """'stop texting me', and not 'can you stop them' nor 'i messaged last week'."""
    spoken_to = re.sub(r"\b(?:can|could|will|would|please) you\b", " ", said)
    return said.strip(" .!") in ("stop", "stop it", "stop now") or bool(_TEXTS.search(spoken_to) and _LESS.search(spoken_to))
