"""The patterns of days, parts of days and clock times. What reads them is times.py."""

from __future__ import annotations

import re

from cases.language import clock
from cases.language.text import any_of, word_set

WEEKEND = r"week\s?-?ends?"
EVENT = any_of(
    "school college work uni lunch lunchtime lunch_time dinner dinnertime dinner_time tea teatime tea_time supper breakfast brekkie break "
    "breaktime break_time bedtime bed bath football footy rugby training practice swimming gym dance dancing gymnastics boxing karate judo "
    "netball basketball cricket hockey athletics drama choir band scouts cadets brownies guides youth_club club homework_club contact "
    "family_time prayers prayer mosque church jummah friday_prayers ramadan eid diwali passover christmas xmas new_year easter half_term "
    "half-term halfterm summer summer_holidays the_holidays holidays holiday hols term lessons lesson class classes exams exam mocks gcses "
    "my_birthday birthday registration reg assembly form form_time tutor tutor_time maths english science pe p.e art "
    "music history geography "
    "dt rs re ict first_period last_period last_lesson first_lesson free_period nap naptime emmerdale eastenders physio dialysis nursery "
    "my_shift shift esol placement"
)
OWN = r"(?:(?:my|the|his|her|our|their|a)\s+)?"
# What says a time of day without a clock. Each is kept as the child put it.
PARTS = [
    re.compile(
        rf"\b(?:(?:straight|just|right|any\s?time|sometime|soon)\s+)?(?:(?:after|before|during|over|around)\s+{OWN}{EVENT}|"
        rf"(?:in|at)\s+{OWN}(?!(?:school|college|work|uni|church|mosque|gym|youth|club|contact|nursery|placement|scouts|"
        rf"cadets|brownies|guides|bed)\b){EVENT})"
        r"(?:\s+(?:time|club|finishes|ends|starts|practice|training|run|lesson))?(?=\b)"
    ),
    re.compile(rf"\b(?:at\s+)?(?:the\s+)?(?:start|end|beginning|middle)\s+of\s+{OWN}(?:{EVENT}|day|week|month|term|{{[^}}]+}})"),
    re.compile(r"\b(?:in\s+the\s+)?(?:(?:early|late|later|mid|any|every)\s+)?(?:morning|afternoon|evening|night)(?:s|\s?time)?\b"),
    re.compile(r"\b(?:at\s+)?(?:lunch|dinner|tea|break|bed|home|registration|form|tutor|nap)\s?-?times?\b"),
    re.compile(
        r"\b(?:first|last)\s+(?:thing|lesson|period)\b|\bperiod\s+[1-7]\b|\bp[1-7]\b|\bhalf[ -]?term\b|\b(?:in |during )?term ?time\b|\bduring\s+lessons\b"
    ),
    re.compile(
        r"\b(?:(?:before|after|by)\s+)?(?:(?:early|late|mid|middle of|end of|start of|sometime)\s+)?(?:in\s+|over\s+|at\s+)?(?:the\s+)?"
        r"(?:summer|easter|christmas|xmas|school)?\s*(?:holidays|hols)\b|\b(?:in|over|before|"
        r"after)\s+(?:the\s+)?(?:summer|easter|christmas|xmas)\b"
    ),
    re.compile(r"\b(?:in|early|late|mid|sometime in|end of|start of|before|after|middle of)\s+(?:the\s+)?\{[A-Z][a-z]+\}"),
    re.compile(
        r"\b(?:not\s+)?(?:too\s+)(?:early|late)\b|\b(?:as\s+(?:early|late|soon)\s+as\s+(?:possible|you can|they can|"
        r"u can)|asap|soon as(?: possible)?)\b"
    ),
    re.compile(r"\bafter\s+\{[^}]+\}|\bbefore\s+\{[^}]+\}"),
]
#: A time of every day that a child lives by: 'when i get home from school', 'after i finish work'.
COMING_HOME = re.compile(
    rf"\b(?:(?:when|once|after|as soon as)\s+(?:i'm|i am|i(?:'ve)? (?:get|got|come|go|finish|finished|been)|we (?:get|come|finish))|"
    rf"(?:after|before|when) (?:coming|getting|finishing|going))"
    rf"(?:(?:\s+(?:back|home|in|up|out|done))+(?:\s+(?:from|with|at|of|to)\s+{OWN}{EVENT})?|\s+(?:(?:from|with|at|to)\s+)?{OWN}(?:{EVENT}))\b"
)
LOOSE_PART = re.compile(
    r"\b(?:straight\s+|just\s+)?(?:after|before)\s+(?!that\b|all\b|you\b|this\b|it\b)[a-z][a-z' ]{1,30}?(?=$|[,.!?;<{]|"
    r"\s(?:and|but|or|because|so|on|at|if)\b)"
)
EARLY_LATE = re.compile(r"\b(?:quite |pretty |really )?(?:early|late|later on)(?:\s+(?:on|in the day))?\b")
RELATIVE = re.compile(
    r"\b(?:today|tonight|tomorrow|(?:the\s+)?day after tomorrow|(?:the\s+)?week after next|(?:the\s+)?week after(?!\s+(?:my|the|i|we|our)\b)|"
    r"(?:next|this|the following)\s+"
    rf"(?:week|month|term|year|{WEEKEND})|in\s+(?:a|one|two|three|four|a few|a couple of|\d+)\s+(?:weeks?|days?|months?)(?:\s+time)?|"
    r"in\s+a\s+fortnight|fortnight|(?:in|during)\s+the\s+week|(?:the\s+)?(?:first|last|second|third)\s+(?:week|day|"
    r"weekend)\s+of\s+(?:the\s+)?(?:term|month|holidays|half\s?-?term))\b"
)
WEEKS = re.compile(r"(?:next|this|the following) (?:week|month)|in \w+ weeks?(?: time)?")
ANY_DAY = re.compile(
    r"\b(?:(?:on\s+)?(?:(?:any|every|all|most|other|another|a different)\s?(?:other\s+)?(?:school\s+|week\s?)?|a\s+(?:school\s+|week\s?))days?|"
    r"(?:on\s+)?(?:a\s+)?(?:school|week)\s?-?(?:days?|nights?)|"
    rf"(?:on\s+|at\s+)?(?:a|the)?\s*{WEEKEND})\b"
)
NAMED_DAY = re.compile(
    rf"\b(?:(next|this coming|this|every|the following)\s+)?({clock.DAY})(s|"
    r"'s)?(\s+week)?\b(?:\s+(?:the\s+)?(?:of\s+)?(\{[^}]+\}))?"
)
DAY_RANGE = re.compile(rf"\b({clock.DAY})s?\s*(?:-|to|till|until|through)\s*({clock.DAY})s?\b")
DATE = re.compile(r"\{[^}]+\}")
CLOCK = re.compile(
    r"\b(?:between\s+(?P<b1><[\d:]+>)\s+(?:and|to|-)\s+(?P<b2><[\d:]+>))|(?:from\s+)?(?P<r1><[\d:]+>)\s*(?:to|till|"
    r"until|-)\s*(?P<r2><[\d:]+>)|"
    r"(?P<how>\b(?:any\s?time\s+after|any\s?time\s+from|sometime after|not before|not after|no later than|"
    r"no earlier than|just after|straight after|"
    r"after|before|from|till|until|by|around|about|roughly|like|past|gone|at)\s+(?:like\s+|about\s+|around\s+)?)?(?P<t><[\d:]+>)"
    r"(?P<tail>\s*ish\b|\s*(?:onwards|or later|or after|or so|earliest|at the earliest|latest|at the latest|or earlier|or before))?"
)
NOT = re.compile(
    r"\b(?:not|no|never|except|apart from|other than|but not|can't|cannot|couldn't|don't|won't|isn't|ain't|hate|busy|"
    r"rather not|neither|i've got|i have got|"
    r"i got|i have|i'm at|i go|got|wouldn't|avoid|anything but|anytime but|any day but|every day but|but)\b"
)
NOT_ENDS = re.compile(r"[,.!?;]|\b(?:any|is|are|would|will|maybe|i can|can do|good|fine|ok|i mean|make it|instead|rather|prefer|so|then)\b")
REASON = re.compile(r"\b(?:because|as i|since i|bec)\b.*?(?=$|[.!?;]|,)")
CONDITION = re.compile(
    r"\b(?:when(?!\s+is)|if|as long as|so long as|unless|depending on|depends on|whenever|once|as soon as|only when|"
    r"only if)\b[^.;!?]*"
)
#: Words around a time that add nothing to it.
STOP = word_set(
    """
    i i'd i'll i'm i've you me my a an the on at in is it it's to of for and or but so be been can could would will do does like want
    need think maybe probably definitely please thanks review meeting lac have has had got good best better fine ok okay works work with
    suits suit ideally preferably sometime some time any anytime day days then that that's this there just really kind sort well um umm
    er erm hmm oh actually wait sorry no not yes yeah yep nah lol haha mean instead make made change changed let let's how about what
    rather prefer ill should guess bit either both also too only when free available anyway ish said meant one date which other next
    bothered suppose im ive we us them they if
    """
)
