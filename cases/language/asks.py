"""What a child plainly asks for by its words, whatever a classifier makes of the message: "any news on my complaint?".

These are finer than the intents: one intent ("something about my contact details") holds several of them. `read` is asked
before the answer of the intent is given; free text that none of these fits goes its usual way.
"""

from __future__ import annotations

import re

from cases.language import own_words, who_i_am
from cases.language.follow_ups import NOW, PLEASE
from cases.language.people_words import FAMILY
from cases.language.text import any_of

#: A longer message tells something; it is not one of these questions.
LONGEST = 30

_MY_IRO = r"(?:my |the |our )?(?:iro|reviewing officer|review (?:lady|man|person))"
_THEM = rf"(?:she|he|they|{_MY_IRO}|[a-z]+)"
_NAMED = (
    rf"(?:she|he|they|{_MY_IRO}|(?!(?:the|a|an|my|our|your|it|this|that|there|these|those|everything|always|still|not|i|am|we)\b)[a-z]+)"
)
_HELLO = r"(?:hi|hey|hello|hiya|so|and|um|pls|please|sorry|but)"
_COMPLAINT = r"(?:my|the|that|this|a) complaints?"
_PHONE = r"(?:number|phone|mobile|sim|cell)"
_SAID = (
    r"(?:what (?:i|i've|i have) (?:said|told you|sent|written|wrote)|(?:my |the |that |this |all |all my |those |these )+"
    r"(?:messages?|texts?|words|file|records?|notes|data|info|information|answers)|everything(?: i (?:said|sent|told you))?)"
)
_HELPERS = (
    r"(?:(?:foster |key ?|support ?|social |youth )?(?:carer|worker)|mum|mam|dad|nan|nana|gran|grandma|grandad|teacher|staff|"
    r"advocate|aunt\w*|uncle|sister|brother|friend|ta|tutor)"
)

_WORKERS = r"(?:social worker|key ?worker|personal advis[eo]r|pa|support worker|youth worker|foster carers?|carers?)"
_TOLD = rf"(?:her|him|them|my {_WORKERS})"
_MY_WORKER = rf"(?P<worker>{_WORKERS})"
#: What nobody but a person can say.
_MY_LIFE = (
    r"(?:mov(?:e|ing|ed)\b(?! (?:it|that|this|the)\b)|go(?:ing)? (?:back )?(?:home|to live)|liv(?:e|ing) (?:with|there|here|on)|see (?:my|me|him|her|them|more)|visit|"
    r"family time|contact with|sleep ?over|leav(?:e|ing) (?:care|here|foster)|turn (?:16|18|21|25)|in care\b|adopt\w*|"
    r"(?:new|change|another) (?:school|placement|carers?|social worker)|stay(?:ing)? (?:here|with|put))"
)

_PATTERNS: tuple[tuple[str, str], ...] = (
    # complaints
    ("complaint_withdraw", rf"\b(?:take back|withdraw|drop|cancel|undo|stop|scrap|forget|delete|remove|pull) {_COMPLAINT}\b|"
     rf"\btake {_COMPLAINT} back\b|\b(?:don't|do not) want to (?:complain|make (?:a|the|my) complaint) any ?more\b|"
     rf"\b(?:changed my mind|never mind) about {_COMPLAINT}\b"),
    ("complaint_add", rf"\badd (?:\w+ ){{0,4}}to {_COMPLAINT}\b|\b(?:something|more|one) (?:else|more|thing|to add|to say)[\w ]*"
     rf"(?:about|to|for|in|on) {_COMPLAINT}\b|\bput (?:this|that|it)[\w ]* in {_COMPLAINT}\b|^add to (?:my )?complaint\b"),
    ("complaint_again", r"^(?:i'm |i am |i'm still |still |no |but )*(?:not|un) ?happy(?: (?:with|about) (?:it|that|this|the answer|"
     rf"what they said|how it went|the (?:reply|response|result|outcome)|{_COMPLAINT}))?[ .!]*$|"
     rf"\b(?:not|un) ?happy (?:with|about|how)[\w ]*\b(?:answer|reply|response|result|outcome)\b[\w ]*|"
     rf"\b(?:look(?:ed)? at|go over) {_COMPLAINT} again\b|\bask for stage (?:2|3|two|three)\b"),
    ("complaint_status", rf"(?<!this )(?<!that )\b(?:what(?:'s| is| has| did)?|any|where(?:'s| is)?|how(?:'s| is)?|when|who(?:'s| is| has)?|did|"
     rf"has|is|have|how long|still)\b(?![\w' ]*\b(?:make|send|file|start|log|put in|want|need) (?:\w+ )?{_COMPLAINT})[\w' ]*\b{_COMPLAINT}\b|\bnews (?:about|on|of) {_COMPLAINT}\b"),
    # what a child says of home, and no guest list for a meeting
    ("misses_somebody", rf"^(?:i |i'm |just |really |please |so |but )*(?:want|miss|missing|need|want to (?:see|be with|go to|go home to|live with|go back to))"
     rf" (?:my |me )(?:real |own |birth |little |big |baby )*{any_of(FAMILY)}(?: (?:and|n) (?:my )?{any_of(FAMILY)})*(?: back| so much| so bad| now| a lot| please)*[ .!]*$"),
    # the form
    ("form_about", r"^(?:so |but |ok )*(?:how many questions(?: (?:are there|is it))?|how long (?:does|will|is) (?:it|this|the form|my form)(?: take)?|"
     r"do i (?:have|need) to (?:do|answer|fill in|finish) (?:it|this|that|the form|my form|them|the questions|all of (?:it|them)))[ ?.!]*$"),
    ("review_word", r"^(?:(?:my|the|lac|cla|next)[ ,]+)*(?:review|meeting)[ ?.!]*$"),
    # advocacy
    ("no_advocate", r"\b(?:don't|do not|no longer) (?:want|need)(?: an?| the| my)? advocate\b|^no advocate\b|"
     r"\b(?:cancel|stop|take back) (?:the|my) advocate\b"),
    ("advocate_status", r"\b(?:when|has|have|did|is|who|where|any|still|haven't|hasn't|what)\b[\w' ]*\b(?:my|the) advocate\b|"
     r"\b(?:my|the) advocate (?:has )?(?:never|hasn't|has not|didn't|isn't|won't|doesn't)\b|\b(?:heard|hear) (?:nothing |anything |back )*(?:from|about) (?:an|my|the) advocate\b|"
     r"\bnews (?:about|on|of) (?:an|my|the) advocate\b"),
    # my IRO
    ("iro_photo", rf"\b(?:photo|picture|pic) of (?:{_MY_IRO}|her|him|them)\b|\bwhat(?:'s| does| do| is)? {_THEM} looks? like\b"),
    ("iro_change", rf"\b(?:different|another|new|change|swap|switch|other)(?: my| the| a)? (?:iro|reviewing officer)s?\b|"
     rf"\b(?:don't|do not) want {_THEM} (?:as|to be) my iro\b|\bdon't want {_MY_IRO} any ?more\b"),
    ("iro_away", rf"^(?:{_HELLO} )*(?:is|are|when(?:'s| is| are| will)?) {_NAMED}(?: (?!the\b|a\b)\w+)? (?:away|off|on holiday|on leave|back|"
     r"off sick|in today|working|around|there today)(?: be)?\b|\bwho (?:is|covers|will)[\w ]* (?:while|when|if) [\w ]+ (?:away|off|not there|on holiday)\b|"
     rf"\bwhen will {_THEM} be back\b"),
    ("iro_when", rf"\bwhen (?:will|does|do|is|would|can) {_THEM} (?:usually )?(?:answer|reply|get back|text|respond|read|ring|call|write)\b|"
     rf"\bhow (?:long|soon|quick|quickly|fast|do|does|will) (?:till |until |before |does |do |will |would |can )*(?!i\b){_THEM} (?:to )?(?:usually )?"
     r"(?:take|answer|reply|get back|text|respond|read)\b|\b(?:has|did) [a-z]+ (?:read|seen|see|get|got) (?:it|my (?:message|text))\b"),
    ("iro_when", rf"^{PLEASE}(?:will|does|is) {_THEM} (?:going to |gonna )?(?:reply|answer|text (?:me )?back|get back|write back|read (?:it|this|that))\b"),
    ("early_review", r"\b(?:early|earlier|sooner|emergency|extra|urgent|quicker) (?:\w+ )?(?:review|meeting)\b|"
     r"\b(?:review|meeting)\b[\w ]* (?:sooner|earlier|early|brought forward|moved forward|now|asap|right away|straight away|this week)\b|"
     r"\b(?:call|ask for|have|get|want|need) (?:a|another|an extra) review (?:now|soon|sooner|early|asap|before|because|meeting)\b|"
     r"\b(?:bring|move) (?:my|the) (?:review|meeting) forward\b|\b(?:can't|don't want to) wait (?:for|till|until) my (?:review|meeting)\b"),
    ("who_decides", rf"^{PLEASE}who (?:decides|chooses|makes the decisions?|gets to (?:decide|choose))\b[\w' ]*{NOW}"),
    ("who_goes", rf"^{PLEASE}who(?:'s| is| all| else)? (?:goes|comes|will be there|will be at it|going|coming|there)\b[\w' ]*{NOW}"),
    ("need_not", rf"^{PLEASE}(?:do i have to (?:talk|speak|say (?:anything|stuff|much)|go(?: to it)?|come|be there|stay)|(?:can|could) i (?:leave|write it|write stuff|walk out|"
     rf"go out|take a break|have a break)|what if i (?:cry|get upset|panic|get scared|need a break)|"
     rf"what (?:happens |would happen )?if i (?:don't|do not|won't|can't) (?:want to )?(?:go|come|turn up|be there)"
     rf"(?! to (?!it\b|(?:my|the) (?:review|meeting)\b)))\b(?! (?:care|here|school|home|my)\b)[\w' ]*{NOW}|"
     rf"^{PLEASE}is it (?:scary|bad|long|boring|hard|formal){NOW}"),
    ("who_read", rf"\b(?:has|have|did) (?:any ?(?:one|body)|some ?(?:one|body)|{_THEM}) (?:even |already |actually |ever )?"
     r"(?:read|seen?|opened?|looked? at|got|get) (?:it|this|that|my (?:messages?|texts?|form|words|answers|complaint)|what i \w+)\b"),
    ("who_is_worker", rf"\bwho(?:'s| is| are| was)? my (?:new |old )?{_MY_WORKER}\b"),
    ("tell_them", rf"^{PLEASE}(?:(?:can|could|will) you )?(?:(?:tell|ask) {_TOLD}|let {_TOLD} know)(?: that| this| it)?{NOW}"),
    # what is kept
    ("kept_how_long", r"\bhow long\b[\w' ]*\b(?:keep|kept|store|stored|hold|held|save|saved|stay)\b|"
     r"\bwhere\b[\w' ]*\b(?:keep|kept|store|stored|saved?|goes?|end up)\b[\w' ]*|\b(?:do|does|will|is) [\w' ]*(?:kept|stored|saved) forever\b"),
    ("delete_record", rf"\b(?:delete|erase|wipe|get rid of|remove|unsend|clear) {_SAID}|\bforget (?:what i (?:just )?said|i said)\b"),
    ("correct_record", rf"\b(?:correct|fix|change|put right) (?:{_SAID}|what(?:'s| is| it says)[\w ]*(?:about me|written|on my (?:file|record)))|"
     r"\b(?:wrong|not true|a lie|mistake)[\w ]* (?:on|in) my (?:file|record|records|notes)\b|\bwhat i said (?:was|is) wrong\b"),
    ("see_record", rf"\b(?:see|read|look at|show me|copy of|have|get) (?:a copy of )?{_SAID}|"
     r"\bwhat(?:'s| is| has been| have you| have they| do you| do they| does it)? (?:got|have|know|hold|keep|store|kept|written|write|wrote|"
     r"recorded|held|there|say)(?: down)? (?:on|about) me\b|"
     r"\b(?:see|read|look at) my (?:own )?(?:file|record|records|notes|plan|care plan)\b"),
    # decisions of a review
    ("decision_not_done", r"^(?:it's |it is |that's |no |still |it |that )*(?:not|never) (?:been )?done(?: yet)?[ .!]*$|"
     r"\b(?:they|she|he|nobody|no one|you|sw|social worker|iro|carer) (?:still )?(?:haven't|hasn't|have not|has not|never|didn't|did not) "
     r"(?:even )?(?:done|did|do|sorted|started) (?:it|that|this|what (?:they|she|he|was) \w+|anything|one|number|what)\b|"
     r"\b(?:it|that|this|number \w+) (?:still )?(?:hasn't|has not|never|didn't|isn't|is not|wasn't) (?:been |got |get |happened|happen)?"
     r"(?:done|sorted|happened|happen)\b"),
    ("decision_done", r"\b(?:has|have|did|is|are|was|were) (?:it|that|they|she|he|this|the [\w ]+|my [\w ]+|number \w+|sue|any of it)"
     r"(?: all)? (?:been )?(?:done|sorted|do it|do that|do what (?:they|she|he) said|happened|finished)\b"),
    ("decisions", r"^(?:the |my |show |tell me |what were the |what are the |hear |hear the )*decisions?[ .!?]*$|"
     r"\bwhat (?:was|were|did|got|has been|is) (?:\w+ )?(?:decided|agreed|decide|agree)\b|"
     r"\bwhat (?:were|are) the decisions\b|\bwhat did they (?:say|agree|decide|promise) (?:at|in|on|last)\b"),
    # how to reach me
    ("helper_gone", r"\b(?:i'm|i am|it's) (?:just me|on my own|by myself|alone|writing (?:this )?myself|typing myself)(?: again)? now\b|"
     r"\b(?:no one|nobody) is helping me (?:now|any ?more)\b"),
    ("helper", rf"\bmy {_HELPERS}(?: \w+)? is (?:helping me|typing|writing|doing this|with me and)(?:[\w ]*)|"
     rf"\b(?:this is|i'm|i am|it's) (?:the |his |her |their |a |\w+'s )?{_HELPERS}(?: \w+)? (?:writing|typing|texting|here|helping|for|on behalf)\b|"
     rf"\b(?:writing|typing|texting|doing) (?:this|it) with (?:my |the )?{_HELPERS}\b|\bwith help from (?:my |the )?{_HELPERS}\b"),
    ("phone_own", rf"\b(?:this is|it's) my own {_PHONE} now\b|\b(?:only i|no one else|nobody else|just me)[\w ]* (?:use|uses|see|sees|"
     rf"read|reads|has) (?:this|my|it)(?: {_PHONE})?\b|\bnot shared any ?more\b"),
    ("phone_shared", rf"\b(?:share|sharing|shared) (?:this |my |a |the )?{_PHONE}\b|\b(?:this|it) (?:is not|isn't|is) (?:my own|"
     rf"(?:my )?{_HELPERS}'?s?) {_PHONE}\b|\b(?:isn't|is not|not) my {_PHONE}\b|"
     rf"\b(?:someone|somebody|people|others?|everyone|mum|dad|{_HELPERS}) (?:else )?(?:can |might |will )?(?:see|sees|read|reads|check|checks|"
     rf"look at|looks at|goes through|go through) (?:my|this) {_PHONE}\b"),
    ("gives_number", rf"^{PLEASE}(?:(?:it's|the|my|new|number|is|that's|here|no) )*(?:\+44|0)7[\d ]{{9,12}}{NOW}"),
    ("change_number", rf"\b(?:new|changed|changing|change|different|another|got a) (?:my |a |the )?(?:new )?{_PHONE}\b|"
     rf"\b{_PHONE} (?:has |is |have )?(?:changed|changing|different|new|lost|broken|stolen|nicked|smashed)\b|"
     rf"\b(?:lost|broke|smashed) my {_PHONE}\b"),
    ("quiet", r"\b(?:don't|do not|stop|no|not|never|without) (?:text(?:ing|s)?|messag(?:e|ing|es)|buzz(?:ing)?)(?: me)?[\w ]*\b"
     r"(?:after|before|between|during|until|till|at night|in the night|in school|at school|in lessons?|in class|while i'm)\b|"
     r"\bonly (?:text|message) me (?:after|before|between|at|in|on)\b|\bquiet (?:time|hours?)\b|\btext me any ?time\b"),
    ("use_web", r"\b(?:use|on|by|through|prefer|rather|want|like) (?:the )?(?:web|web ?site|web ?chat|online|internet|computer)(?: chat| page)? "
     r"(?:instead|please|from now|not texts?|is better|for messages)\b|\b(?:answer|message|write to) me (?:on|by|in) the (?:web|web ?chat|web ?site)\b|"
     r"\bno(?:t)? (?:by )?texts?,? (?:use|just|only)[\w ]*(?:web|online)\b"),
    ("use_sms", r"\b(?:text|sms) me (?:instead|please|from now on|not the web)\b|\b(?:use|by|prefer|rather) (?:text|texts|sms|my phone)"
     r" (?:instead|please|from now|is better)\b"),
    ("easy_off", r"\b(?:normal|usual|longer|proper) (?:words|texts|messages)(?: again| please| now)*\b|\bno(?:t)? easy read\b"),
    ("easy_read", r"\beasy ?-?read\b|\b(?:easy|easier|simple|simpler|short|shorter|small|little|baby) (?:words|english|texts?|messages?|questions?)\b|"
     r"\b(?:hard|long|big|difficult|confusing) words\b|\b(?:hard|difficult) to (?:read|understand)\b|\bcan't read (?:very )?(?:well|good|much)\b"),
    ("use_english", r"^(?:(?:no|ok|stop|please|pls|sorry|can|could|you|we|speak|talk|write|in|use|back|to|only|just|i|want|it's|is|fine|normal|text|"
     rf"me|my|yes)[ ,]+)*english(?: is fine| only)?{NOW}"),
    # who else can help
    ("service_childline", r"\bchild ?line\b"),
    ("service_shout", r"^(?:what(?:'s| is) |text )?shout(?: number)?[ ?!.]*$|\bshout (?:number|text line)\b|\b85258\b"),
    ("service_help_at_hand", r"\bhelp at hand\b|\bchildren'?s commissioner\b"),
    ("service_coram_voice", r"\bcoram(?: voice)?\b|\balways heard\b"),
    ("service_nyas", r"\bnyas\b"),
    ("service_ombudsman", r"\bombudsman\b"),
    ("someone_else", r"\b(?:talk|speak|chat|text) (?:to|with) (?:some|any) ?(?:one|body) else\b(?! (?:about|at|in) )"),
    ("services", r"\bhelp ?lines?\b|\bwho (?:else )?(?:can|could|do) i (?:talk|speak|ring|call|text|phone|go)\b(?!(?: to)? about)|"
     r"\b(?:number|someone|somebody) (?:i can |to )(?:call|ring|phone|talk to|text)(?: now| right now| tonight)*\b"),
    ("emergency", r"\b(?:how do i|should i|can i) (?:call|ring|text|get) (?:the )?(?:police|ambulance|999|fire)\b|\btext 999\b"),
    ("asks_iro", rf"^{PLEASE}(?:do you know )?(?:am i|are (?:they|you|we)|is (?:she|he|my \w+)|will (?:i|they|we)|do i have to|"
     r"(?:when|where|why|how come) (?:am|are|can|can't|do|did|is|will|won't|was|have)?(?: not)? ?(?:i|they|we|she|he|you)|(?:can|could) (?:i|we)|"
     r"(?:i'm \d+ )?what (?:happens|will happen) (?:when|if|to me))\b"
     rf"(?!.*\b(?:reviews?|meetings?|advocate|iro|complain\w*|form|it at|text|message|file|records?)\b).*\b{_MY_LIFE}"),
)  # fmt: skip
_READ = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)


def read(said: str) -> str | None:
    """The name of what `said` (in plain spelling) asks for, or None."""
    if len(said.split()) > LONGEST:
        return None
    if own_words.wont_come(said):
        return "not_coming"
    if who_i_am.says(said):
        return "who_i_am"
    return next((name for name, pattern in _READ if pattern.search(said)), None)


def worker(said: str) -> str:
    """'pa', of 'who is my pa'; or ''."""
    found = re.search(_MY_WORKER, said)
    return found["worker"] if found else ""


_PLAN = re.compile(
    r"\b(?:don't|do not|didn't|doesn't|not|never|dis) ?(?:agree|want|like|happy|fair|right|think)\b[\w' ]*\b(?:plan|placement|move|moving|"
    r"moved|live with|contact|family time|go back home|going home|new school|adopted|separated|split up)\b|"
    r"\b(?:plan|moving me|making me move|being moved)\b[\w' ]*\b(?:isn't|is not|not|wrong|unfair|rubbish|stupid|terrible|awful)\b|"
    r"\bdisagree\b|\bmaking me (?:move|live|go)\b|\b(?:no one|nobody) asked me (?:about|if|what)\b"
)


def disagrees_with_plan(said: str) -> bool:
    """Does the child say that they do not want what is planned for them? Then an advocate is offered."""
    return bool(_PLAN.search(said))


_JUST_NAME = re.compile(
    r"\b(?:just|only) (?:my |the )?name\b|\bname only\b|\bnot what i(?:'ve| have)? (?:said|told)\b|\b(?:don't|not) (?:tell|pass|give|"
    r"say|share)[\w ]*(?:what i(?:'ve)? said|what i told|the rest|my words)\b"
)


def just_my_name(said: str) -> bool:
    """To 'may I pass on your name and what you said?': the name, and nothing else."""
    return bool(_JUST_NAME.search(said))


_HELPER = re.compile(rf"\b({_HELPERS})\b")


def helper(said: str) -> str:
    """Who helps: 'foster carer', 'nan'; or ''."""
    found = _HELPER.search(said)
    return found[1] if found else ""


_HOUR = r"(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?"
_BETWEEN = re.compile(rf"\b(?:between|from) {_HOUR} (?:and|to|till|until|-) {_HOUR}")
_AFTER = re.compile(rf"\bafter {_HOUR}")
_BEFORE = re.compile(rf"\b(?:before|until|till) {_HOUR}")
NIGHT = ("21:00", "08:00")
SCHOOL = ("08:30", "15:30")


def quiet(said: str) -> tuple[str, str] | None:
    """From when until when no text is to come: 'don't text after 9' → ("21:00", "08:00"); None to end it, or when it says no time.

    'only text me after 4' is quiet until four. An hour without am or pm is the one that makes sense of a day.
    """
    only = bool(re.search(r"\bonly (?:text|message)\b", said))
    if found := _BETWEEN.search(said):
        first, last = _clock(found[1], found[2], found[3], late=not only), _clock(found[4], found[5], found[6], late=True)
        return (last, first) if only else (first, last)
    if found := _AFTER.search(said):
        at = _clock(found[1], found[2], found[3], late=True)
        return (NIGHT[0], at) if only else (at, NIGHT[1])
    if found := _BEFORE.search(said):
        at = _clock(found[1], found[2], found[3], late=only)
        return (at, NIGHT[1]) if only else (NIGHT[0], at)
    if re.search(r"\b(?:school|lessons?|class|college)\b", said):
        return (NIGHT[0], SCHOOL[1]) if only else SCHOOL
    return NIGHT if re.search(r"\bnight\b|\bbed\b|\basleep\b", said) else None


def _clock(hour: str, minute: str | None, half: str | None, *, late: bool) -> str:
    at = int(hour) % 24
    if half == "pm" and at < 12 or half is None and late and 1 <= at <= 11:
        at += 12
    elif half == "am" and at == 12:
        at = 0
    return f"{at:02}:{int(minute or 0) % 60:02}"
