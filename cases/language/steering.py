"""What steers the talk instead of answering: stop, skip, back, a joke taken back, a filler, a question put to us."""

from __future__ import annotations

import re
from dataclasses import dataclass

_POLITE = (
    r"(?:(?:please|pls|ok|oh|um+|er+m*|hmm+|sorry|actually|right|lol|no|nah|yeah|yes|and|but|i think|can (?:we|i|you)|"
    r"could (?:we|i)|let's|let me|i want to|want to|i'd like to|i need to|need to|i've got to|got to|i'll|i will|"
    r"just)[ ,]*)*"
)
_END = (
    r"(?:[ ,]*(?:please|pls|now|thanks|thank you|for now|for a bit|for today|tonight|then|lol|sorry|xx*|ok|here|there|it|"
    r"this|this now|the form|with this|a minute|a sec|again|soon|tbh|ffs|man|bro|bruv))*[ .!?]*$"
)

_STOP = re.compile(
    rf"^{_POLITE}(?:stop(?: it| this| now| there| talking| the form| asking)*|pause(?: it| this)?|later|do (?:it|this|"
    r"the rest|that|some more|more)? ?(?:later|tomorrow|another (?:time|day)|after|next time)|finish (?:it|this|off|"
    r"the rest)? ?(?:later|tomorrow|another (?:time|day)|after|at the weekend)|"
    r"(?:carry on|come back(?: to (?:it|this))?|continue|go on)(?: with (?:it|this))? (?:later|tomorrow|another (?:time|"
    r"day)|after|soon)|not now|another (?:time|day)|maybe later|leave it(?: there| for now| here)*|"
    r"(?:have |take )?a break|that's enough|enough(?: now| for today| for now)?|no more(?: questions)?|"
    r"i'm done(?: for now| now| with this)?|i'm (?:tired|bored|busy)(?: now| of this)?|bored (?:now|of this)|"
    r"this is (?:boring|long|too long|taking ages)|can't be bothered(?: with this)?(?: now| anymore)?|"
    r"got to (?:go|dash|run)(?: now)?(?: (?:tea|dinner|lunch|bed|school|my|the|mum|to|its|it's|for|bell|because)\b.*)?|"
    r"(?:i )?(?:have to|need to|must) go(?: now)?(?: .*)?|be right back|back (?:later|soon|in a (?:bit|min|minute|sec))|"
    r"talk to you later|speak later|hang on a (?:bit|while)|"
    r"(?:quit|cancel|exit|end)(?: it| this| the form| form)?|don't want to do (?:it|this|the form|any more|"
    r"anymore)(?: any ?more| now| today| right now)?|i'll do (?:it|this|the rest) (?:later|tomorrow|another time|"
    r"after .*)|save (?:it|this)?(?: for later)?|(?:forget|drop|scrap) (?:it|this)|never mind|leave me (?:alone|be)|go away|get lost|shut up|"
    rf"(?:fuck|piss|bugger|jog|eff) off|stop (?:texting|messaging)(?: me)?|stop)(?=$|[ ,.!?]){_END}"
)
_STOP_ANYWHERE = re.compile(
    r"\b(?:can we stop|let's stop|want to stop (?:now|this|here)|stop now|do this later|do it later|finish (?:this|"
    r"it) (?:later|tomorrow)|carry on later|i'll do the rest (?:later|tomorrow)|don't want to do this (?:any ?more|now)|"
    r"no more questions|stop asking(?: me)?)\b"
)
_BYE = re.compile(
    r"(?:(?:ok|k|right|well|anyway|thanks|thank you|cool|got to go|no)[ ,]+)*(?:bye(?: bye)?|goodbye|see (?:you|ya)(?: later| soon)?|cya|laters|"
    r"night(?: night)?|good ?night|nite)(?:[ ,]+(?:now|then|for now|thanks|thank you|x+))*"
)
_SKIP = re.compile(
    rf"^{_POLITE}(?:skip (?:on |ahead )?to (?:the )?(?:\w+ ?){{1,3}}|skip(?: this| that| it| one| this one| that one| the question)*|pass(?: on (?:that|this))?|"
    r"next(?: one| question| please)*|move on|moving on|(?:i )?(?:really )?(?:don't|do not) know(?: yet| really| tbh|"
    r" about that| sorry| what to (?:say|put)| who| when| where)*(?:,? (?:because )?(?:i )?(?:haven't|have not|ain't|"
    r"not) [^,.]*)?|(?:i )?don't know,? (?:you(?:'d| would)? (?:have to |can |should )?)?ask (?:my |the )?\w+(?: \w+)?|"
    r"dunno|no idea|no clue|not sure(?: yet| really|"
    r" about that| what to (?:say|put))*|"
    r"can't think(?: of (?:anything|any ?one|one))?(?: right now| now| yet)?|haven't (?:decided|thought)(?: yet|"
    r" about it)*|(?:i'll )?(?:think about it|let you know|tell you later|decide later|see)|don't want to (?:answer|"
    r"do)(?: that| this)?(?: one| question)?|"
    r"(?:can i )?leave (?:that|this)(?: one)?(?: blank| out)?|leave it blank|blank|n/a|idk|come back to (?:that|"
    rf"this)(?: one)?|no comment|whatever|don't know)(?=$|[ ,.!?]){_END}"
)
_REFUSE = re.compile(
    r"\b(?:(?:don't|do not|not|rather not|won't|not going to|can't|prefer not(?: to)?|"
    r"i'd rather not)\s+(?:really\s+)?(?:want to\s+|going to\s+|wanna\s+)?(?:say|tell(?: you)?|talk about (?:it|that|"
    r"this)|answer|discuss|share)(?:\s+(?:that|it|this|you))?|"
    r"none of your business|nunya|mind your own|not telling(?: you)?|it's private|that's private|too personal|i'm not saying|not saying)\b"
)
_BACK = re.compile(
    rf"^{_POLITE}(?:go back(?: one| a (?:bit|step))?|back(?: one| a step| please)?|previous(?: one| question)?|"
    r"(?:the )?(?:last|previous) (?:one|question|answer)(?: again| was wrong)?|change (?:my|the) (?:last )?(?:answer|"
    r"one|last one)|(?:that's|that was|it's|i put it) wrong|wrong (?:one|answer|thing)|oops(?: wrong(?: one)?|"
    r" mistake)?|undo|redo(?: that| it)?|"
    r"(?:i )?made a mistake|mistake|can i change (?:something|it|that|one|an answer|my answer)|change (?:something|it|"
    rf"that)|i want to change (?:something|one|an answer))(?=$|[ ,.!?]){_END}"
)
_AGAIN = re.compile(
    rf"^{_POLITE}(?:(?:say|ask|repeat) (?:that|it|the question)?(?: again)?|what was the question|what did you (?:ask|say)|"
    rf"repeat|again|what|huh|eh|pardon|come again|sorry what|you what)(?=$|[ ,.!?]){_END}"
)
_FILLER = re.compile(
    r"^(?:(?:hmm+|hm+|um+|uh+|er+m*|erm+|ah+|oh+|ooh+|lol|lool|lmao|lmfao|haha\w*|hehe\w*|rofl|jk|ha|hi|hey|hello|hiya|"
    r"yo|wag1|wagwan|sup|ok|kl|cool|right|alright|fine|nice|thanks|thank you|great|wait|hang on|hold on|1 sec|one sec|"
    r"a sec|sec|one minute|1 min|min|give me a (?:sec|minute|min)|"
    r"let me think|thinking|i get it|got it|i see|i understand|understood|understand|ready|i'm ready|yes ok|ok then|"
    r"go on|go on then|carry on|let's go|bro|bruv|mate|fam|man|miss|sir|well|so|like|anyway|k|x+|test|\.+|idk lol|and|"
    r"is it|(?:which|what) (?:day|time|place|one|date)(?: tho| though| then)?|good question|hard one|tough one|"
    r"that's (?:hard|a hard one|tricky)|tricky|whatever lol|still (?:here|there)|here|i'm here|i'm back|back|sorry|"
    r"my bad|oops|a bit|bit|nvm|the|i|now|then|actually|maybe|shall we|start|begin|form|go)[ ,.!?]*)+$"
)
_JOKE = re.compile(
    r"\b(?:jk|(?:just |only |i'm |was |i was )*(?:kidding|joking)|(?:that|it) was a joke|just (?:playing|"
    r"messing)(?: with you)?)\b"
)
_NO_PREFERENCE = re.compile(
    rf"^{_POLITE}(?:(?:i )?don't know,? (?:(?:and|or) )?)?(?:whichever(?: one| day)?|(?:i )?(?:really )?(?:don't|do not|doesn't|dont|not) (?:really )?(?:mind|care|bother(?:ed)?|fussed|"
    r"matter|bothered)(?: at all| really| either way| when| where| who| which| what day| what time| tbh| honestly)*|"
    r"(?:i'm |am )?(?:not|ain't) (?:really )?(?:bothered|fussed|fussy|picky)(?: really| at all| when| where| tbh)*|"
    r"whenever(?: (?:you|they|u|is|it's|i don't|suits|really|works|denise|is good|is fine)\b.*)?|wherever(?: (?:you|they|u|is|i don't|"
    r"it's|suits|really|works|is good|is fine)\b.*)?|any ?(?:time|day|where|place)(?: (?:is|really|will do|works|at all|"
    r"you (?:like|want)|is fine|is ok|is good|i don't (?:mind|care)|i'm (?:free|easy))\b.*)?|any|up to (?:you|them|her|"
    r"him)|(?:(?:i )?don't know,? )?you (?:choose|pick|decide)|they can (?:choose|decide|pick)|"
    r"(?:it )?(?:doesn't|don't|does not) matter(?: to me)?(?: when| where| who)?|no preference|all good|"
    r"all the same(?: to me)?|i'm easy|either|makes no difference|(?:i )?(?:(?:don't|do not) have (?:a|any)|have no) (?:preference|favourite)s?(?: (?:about|for|on) [\w ]+)?|both fine|idc|idm|all fine|whoever(?: (?:wants|i don't|you|"
    rf"they|is|can)\b.*)?|anyone(?: (?:is|really|can|who wants)\b.*)?|anybody)(?=$|[ ,.!?]){_END}"
)
_SAME = re.compile(
    r"\b(?:same|like|usual|where we|when we)\b.*\b(?:as (?:last|before|always|usual|normal)|last time|before|usual|"
    r"normal)\b|\bsame (?:place|time|day|one|again|as last)\b(?! (?:my|i))|\bthe usual(?: place| time)?\b|\bas usual\b|"
    r"\busual place\b"
)
_ALREADY = re.compile(
    r"\b(?:already (?:said|told|answered|put|did)|i (?:just |already )?(?:said|told you|answered)|like i said|as i said|"
    r"same as i said|i've said|see above|said that)\b"
)
_NEITHER = re.compile(
    r"\b(?:neither|none of (?:them|those)|not (?:those|them|that|either)|scrap (?:that|it)|forget (?:that|what i said)|"
    r"ignore (?:that|me)|delete (?:that|it))\b"
)
_CORRECTION = re.compile(
    r"\b(?:actually|no wait|wait no|wait|hang on|i mean(?:t)?|meant|sorry|scrap that|forget that|changed? my mind|"
    r"change (?:it|that|the|my)|instead|correction|not .{1,20}, |rather|oops|my bad|on second thoughts?|second thoughts)\b|"
    r"\*\w+|\w+\*$"
)

_UNSKIP = re.compile(
    r"\b(?:ones?|questions?|bits?|what|things?|stuff) (?:that )?i (?:just )?(?:skipped|missed|left (?:out|blank))\b|"
    r"\b(?:the |my )?skipped (?:ones?|questions?|bits?|answers?)\b|\bun-?skip\b"
)
_QUESTION = re.compile(
    r"^(?:(?:wait|but|and|so|ok|um+|erm*|hmm|lol|sorry|hang on|oh|no|yeah|excuse me|hey|hi|miss)[ ,]+)*(?:who|what|when|"
    r"where|why|how|which|is|are|do|does|did|can|could|will|would|should|am|has|have|what's|who's|where's|when's|how's|"
    r"isn't|aren't|won't|can't)\b"
)

#: What a question of ours is spoken of with: 'i dont understand what leading it means'.
_QUESTION_WORDS = (
    r"(?:it|this|that|the|your|an?|you|me|what|how|english|question|words?|means?|meaning|mean|by|is|are|asking|asked|say|said|saying|want|wanting|"
    r"here|lead\w*|chair\w*|run|running|advocates?|more|review|meeting|iro)"
)

_SIDE = [
    ("copy", re.compile(
        r"\b(?:what (?:did|have) i (?:say|said|put|write|written|told you|answered?|got)(?: so far| already)?|"
        r"what (?:have |did )?you(?:'ve| have)? (?:got|put|write|wrote|written)(?: down)?(?: so far| already| for me)?(?=[ .!?]*$)|what(?:'s| is| does) it say so far|"
        r"(?:show|read|tell|send) me (?:what i (?:said|put|wrote|have said)|my (?:form|answers|copy))|"
        r"(?:see|read|look at|view|check) (?:my (?:form|answers|copy|own answers)|what i(?:'ve)? (?:said|put|wrote|written))|"
        r"read (?:it|that|my form|my answers) (?:back|out)(?: to me)?|(?:a )?copy of (?:my|the) (?:form|answers)|my copy)\b")),
    ("explain_advocate", re.compile(
        r"\b(?:what(?:'s| is| are| even is| the heck is| does| do)?|wtf is|explain|never heard of)\b[^.]*\badvocates?\b|"
        r"\badvocates?\b[^.]{0,12}\b(?:what'?s that|what is that|mean|what)\b|\bwhat (?:do|does|would|can|will) (?:they|"
        r"an advocate|the helper) do\b|^(?:an )?advocate\?$")),
    ("explain_iro", re.compile(
        r"\b(?:what(?:'s| is| are| even is| does)?|wtf is|explain)\b[^.]*\b(?:iro|reviewing officer|lac review|cla review|"
        r"a review|care plan|consultation)\b(?! (?:going|like))|\bwhat (?:happens|goes on) (?:at|in) (?:the|a|my) (?:review|"
        r"meeting)\b")),
    ("explain_chair", re.compile(
        r"\bwhat(?:'s| is| does)\b[^.]*\b(?:chair|chairing|lead|leading|run it|leading it)\b|\bhow (?:do|would|"
        r"could) i (?:lead|chair|run) it\b|\bwhat would i (?:have to )?(?:do|say)\b")),
    ("help", re.compile(
        r"^(?:(?:sorry|but|um+|and|ok|please|wait|so)[ ,]+)*(?:i |i'm )?(?:really |still |just )*"
        rf"(?:(?:don't|do not|didn't|did not|not|no|never|can't)(?: really| even)? (?:understand|understanding|get)(?: {_QUESTION_WORDS})*|"
        r"what (?:it|this|that|you) (?:means?|is|saying)(?: by (?:it|this|that))?|what does (?:the word )?\w+ mean|"
        r"(?:would |'d )?(?:need|want|like) to know (?:more(?: about it)?|what (?:it|that|this) (?:is|means|involves)|what i (?:would |'d )?(?:have to|need to) do)(?: first)?|(?:(?:don't|do not|not)(?: really| even)? (?:know|sure)|confused about|no idea) what(?: (?!to\b)"
        rf"{_QUESTION_WORDS})* (?:means?|meant|is|are|that|asking|leading|chairing)|what do you mean by(?: {_QUESTION_WORDS})+)[ .!?]*$")),
    ("why", re.compile(
        r"^(?:but |and |ok |um )*why(?:$| (?:do|does|are|is|u|you|did|would|should)\b[^.]*\b(?:ask|asking|need|know|want|"
        r"care|question|questions|that)\b)|\bwhy (?:do|are|would) you (?:need|ask|asking|want)\b|\bwhat(?:'s| is) (?:it|"
        r"this|that|the point)(?: of this)? for\b|\bwhat(?:'s| is) the point\b")),
    ("ask_confidentiality", re.compile(
        r"\b(?:who(?:'s| is| will| gets to| else| can| does| all)?\s+(?:else\s+)?(?:gets to |going to |will |can |is |"
        r"able to )*(?:read|reads|reading|see|sees|seeing|know|knows|hear|hears|told|looks?|look at)|(?:is|are|"
        r"will) (?:this|it|that|they|mum|my mum|dad|my dad|carers?|my carers?|you|she|he|everyone|anyone|my social worker|"
        r"what i say)\b[^.]*\b(?:private|confidential|secret|between us|read|see|told|tell|know|find out|get shown|show)|"
     
         r"(?<!i )(?<!we )(?<!they )(?<!she )(?<!he )(?:can|do|does|will|would) (?!i\b|we\b|not\b|you (?:ask|make|want|let)\b)(?:\w+ ){1,3}(?:see|read|find out|get told|know what i|be told)\b|"
         r"are you going to tell|will you tell|do you tell|you won't tell|don't tell|who do you tell|is it private|"
         r"is this private|is it secret|keep (?:it|this) (?:a )?secret)\b")),
    ("who_is_my_iro", re.compile(
        r"\bwho(?:'s| is| was| are)?\s+(?:even |again )?(?:my|the|our|is my|that|denise)?\s*(?:iro|reviewing officer|"
        r"independent reviewing officer|review (?:lady|man|person|woman))\b|\bwhat'?s my iro'?s? (?:called|name)\b|"
        r"\bwhat is my iro called\b|\bwho'?s (?:doing|running|in charge of|leading) (?:it|the meeting|my review)\b")),
    ("next_review", re.compile(
        r"\b(?:when(?:'s| is|'s it| is it)|what (?:day|date|time)(?:'s| is)|where(?:'s| is))\b[^.]*\b(?:review|meeting|"
        r"lac)\b(?!\s+(?:you|i))|\bwhen is it(?: then| again)?$|\bhave i got a review\b")),
    ("who_are_you", re.compile(
        r"\b(?:who|what) (?:are|r) you\b|\bwho(?:'s| is) this\b|\bare you (?:a |an )?(?:bot|robot|computer|real|human|"
        r"person|ai|machine|real person|denise)\b|\bis this (?:a )?(?:bot|robot|real|computer|ai|denise)\b|"
        r"\bam i (?:talking|speaking|texting) to (?:a )?(?:bot|robot|real|person|computer|human)\b")),
    ("ask_human", re.compile(
        r"\b(?:talk|speak|chat|text) (?:to|with) (?:a |an |any )?(?:real |actual |proper )?(?:person|human|someone real|"
        r"somebody real|adult|grown ?up)\b|\b(?:want|need|get me) (?:a )?(?:real|actual) (?:person|human)\b")),
    ("ask_legal", re.compile(r"\b(?:can|could|how do|do) i (?:get|have|see|need|talk to) (?:a |my )?(?:solicitor|lawyer|barrister)\b")),
    ("ask_rights", re.compile(r"\bwhat (?:are|r) my rights\b|\bdo i have (?:a|the) right\b|\bmy rights\b")),
    ("help", re.compile(
        r"^(?:help(?: me)?|what do i (?:do|put|say|write)|i don't (?:get|understand)(?: (?:it|this|that|the question|"
        r"what you mean))?|don't (?:get|understand)(?: (?:it|this|that))?|how does (?:this|it) work|confused|i'm confused|"
        r"what(?:'s| is) (?:this|that|this for)|what do you mean|what does (?:that|this|it) mean|meaning|mean|"
        r"what can i (?:say|put)|like what|such as|what kind of (?:thing|stuff)s?|what sort of things?|"
        r"(?:i'm |i am |i've got |got )?stuck|(?:it's|this is) too hard|i can't do (?:it|this))[ .!?]*$")),
    ("who_goes", re.compile(
        r"^(?:(?:so|but|and|wait|ok|um+)[ ,]+)*(?:is|are|will|does|do) (?!i\b)(?:my |the |your )?[\w']+(?: [\w']+)? (?:coming|come|going to (?:be there|come)|be there|going|there|invited)"
        r"(?: too| as well| anyway| to it)*[ .!?]*$|^(?:who|how many people) (?:else )?(?:is |are |will |can )?(?:coming|come|be there|there|going|goes|comes|i (?:have|bring|invite))"
        r"(?: to it| anyway)*[ .!?]*$")),
    ("no_wrong", re.compile(
        r"\bwhat if (?:i|it|that|my)\b[\w' ]*\b(?:wrong|bad|stupid|silly|mistakes?|mess)\b|^(?:is|was) (?:that|this|it) (?:ok|right|wrong|alright|a good answer)[ ?!.]*$|"
        r"\b(?:am i|did i|have i) (?:do|doing|done|did|put|said?|say|get|got) (?:it|this|that) (?:right|wrong|ok)\b")),
    ("need_not", re.compile(
        r"^(?:(?:so|but|and|wait|ok|um+)[ ,]+)*(?:(?:do|will|would) i have to|will (?:you|they|she|he|people) (?:ask|make|get) me(?: to)?|what if i don't want to)"
        r" (?:talk|speak|say (?:anything|stuff|things|much)|stay|sit there|go in|answer questions)\b[\w' ]*[ .!?]*$")),
    ("can_change", re.compile(
        r"^(?:(?:so|but|and|wait|ok|um+)[ ,]+)*(?:can|could|will|am) i (?:still |be able to |allowed to )*(?:change|add(?: (?:more|stuff|things|something))?|edit|"
        r"fix|undo)(?: (?:it|this|that|to it|my (?:mind|answers?|form)|things|stuff|something|what i (?:said|put|wrote)))* "
        r"(?:after(?:wards?)?|later(?: on)?|another (?:time|day)|once it's sent|when it's sent|if i (?:want|need)(?: to)?|at any time|any ?time)[ .!?]*$|"
        r"\bwhat if i change my mind\b")),
    ("about_form", re.compile(
        r"^(?:(?:so|but|and|wait|ok|um+|hang on)[ ,]+)*(?:"
        r"how many(?: more)?(?: (?:questions?|qs|are there|is there|left|more|to go|have i got))+|how many more|"
        r"how (?:long|much)(?: (?:is|does|will) (?:it|this|the form|my form)(?: take)?| is left| longer| more)?(?: left| to go)?|"
        r"is (?:this|it) (?:nearly (?:done|over|finished)|long|a lot)|are there (?:many|a lot|more|loads)(?: (?:questions?|left))*|"
        r"do i (?:have|need) to(?: (?:do|answer|fill|say|finish|reply)(?: (?:this|it|that|them|all|of|in|every ?thing|every|one|question|more|else|"
        r"the|my|form|questions|anything|now))*)?|what if i don't (?:answer|do (?:it|this)|want to))[ .!?]*$")),
    ("make_complaint", re.compile(
        r"\b(?:i want to|want to|i'd like to|can i|how do i|i need to|i wish to) (?:make a complaint|complain|"
        r"put in a complaint|report)\b")),
]  # fmt: skip


@dataclass(frozen=True)
class Steer:
    kind: str  # stop, skip, refuse, back, again, filler, no_preference, same, already, side
    side: str = ""


def read(text: str) -> Steer | None:
    """How `text` (in plain spelling) steers the talk, or None when it is content."""
    bare = text.strip(" .!,-")
    if not re.search(r"[a-z0-9]", bare):
        return Steer("filler")
    if _BYE.fullmatch(bare) or _STOP.match(bare) or _STOP_ANYWHERE.search(bare) and len(bare.split()) <= 14:
        return Steer("stop")
    side = side_question(text)
    if side:
        return Steer("side", side)
    if _NO_PREFERENCE.match(bare):
        return Steer("no_preference")
    if _BACK.match(bare):
        return Steer("back")
    if _REFUSE.search(bare) and len(bare.split()) <= 12:
        return Steer("refuse")
    if _SKIP.match(bare):
        return Steer("skip")
    if _FILLER.match(bare):
        return Steer("filler")
    if _AGAIN.match(bare):
        return Steer("again")
    return None


def side_question(text: str) -> str:
    """The topic of a question put to us by its words alone, or ''."""
    bare = text.strip(" .!,-")
    for name, pattern in _SIDE:
        if pattern.search(bare):
            return name
    return ""


def is_question(text: str) -> bool:
    return text.rstrip(" !").endswith("?") or bool(_QUESTION.match(text))


def same_as_last_time(text: str) -> bool:
    return bool(_SAME.search(text)) and len(text.split()) <= 10 and not re.match(r"(?:is|was|will|does|do|are) ", text)


_THE_SAME = re.compile(
    r"(?:(?:ok|um+|just|yes|yeah|i want|i'd like|the|all|please|can it be|put)[ ,]+)*same(?: (?:again|thing|as (?:last time|before|last year)|please|one|ones))*"
)
_ALL_THE_SAME = re.compile(
    r"\b(?:(?:everything|all(?: of it| of them| that)?|the (?:whole|rest)(?: thing| lot)?|every answer|the lot|it all)\b[\w' ]*\b(?:same|last time|before|usual)|"
    r"(?:same|as)\b[\w' ]*\b(?:last time|last review|before|usual|normal)\b[\w' ]*\b(?:everything|all|whole|rest|every|the lot)|"
    r"same for (?:everything|all|the rest|the lot)|"
    r"(?:use|copy|keep|send|put) (?:all )?(?:my |the |what i (?:said|put|wrote)|everything)[\w' ]*\b(?:last time|before|last review))\b"
)


def all_the_same(text: str) -> bool:
    """'same as last time for everything', 'just use my answers from last time'."""
    return len(text.split()) <= 14 and bool(_ALL_THE_SAME.search(text))


def the_same(text: str) -> bool:
    """'same', 'same again': the whole message."""
    return bool(_THE_SAME.fullmatch(text.strip(" .!")))


def said_already(text: str) -> bool:
    return bool(_ALREADY.search(text))


def takes_back(text: str) -> bool:
    """'neither', 'scrap that': what was said before does not hold."""
    return bool(_NEITHER.search(text))


def corrects(text: str) -> bool:
    return bool(_CORRECTION.search(text))


def without_jokes(text: str) -> tuple[str, bool]:
    """What is left once jokes are taken back, and whether the answer before this message was one.

    'mcdonalds lol jk. at home' → ('at home', False); 'jk again not home. library' → ('not home. library', True).
    """
    jokes = list(_JOKE.finditer(text))
    if not jokes:
        return text, False
    joke = jokes[-1]
    before, after = text[: joke.start()].strip(" ,.!?"), text[joke.end() :].strip(" ,.!?")
    after = re.sub(r"^(?:again|lol|haha|ok|but|so|really|no)\b[ ,]*", "", after)
    before = re.sub(r"\b(?:lol|haha\w*|only|just|i'm|no|nah)\b[ ,.]*$", "", before).strip(" ,.")
    took_back_earlier = not re.sub(r"\b(?:lol|haha\w*|no|oh|ok|i'm|only|just|nah|that was a?)\b|[ ,.]", "", before)
    return after, took_back_earlier


def is_start(text: str) -> bool:
    """Does `text` (in plain spelling) ask to begin or go on with the form, whatever a classifier makes of it?"""
    bare = text.strip(" .!?,")
    return bool(
        re.fullmatch(
            r"(?:(?:ok|hi|hey|yes|yeah|right|so|please|let's|can (?:we|i)|i want to|i'd like to|i'm|i am|now|now then|"
            r"shall we|and|lets|my|the|do|a)[ ,]+)*"
            r"(?:form|consultation|booklet|(?:tell|talk to) (?:you|someone) (?:about|for) (?:my|the) (?:review|meeting)|start|go|begin|ready|back|ready now|carry on|continue|resume|go on|keep going|do (?:my|"
            r"the) (?:form|thing|bit|review|questions)|(?:my |the )?(?:review )?form|finish (?:it|my form|the form|off)|"
            r"fill (?:it|my form|the form) in|fill (?:in|out) (?:it|my form|the form)|next question|(?:where were we)|crack on|let's go|get started|do it|"
            r"let's do it|start (?:my|the|it|again|now)(?: form| review| questions)?)"
            r"(?:[ ,]+(?:now|please|again|then|with (?:it|my form|the form)|my form|the form|form|time|ready|go))*",
            bare,
        )
    )


_FIELD_WORDS = {
    "when": r"time|day|date|when",
    "where": r"place|where|location|venue",
    "exclude": r"who (?:shouldn't|should not|can't|isn't|not)(?: come)?|not coming|who i don't want",
    "attend": r"who(?:'s| is)?(?: coming| comes)?|people|who should come|invites?",
    "chair": r"lead(?:ing)?|chair(?:ing)?|running it",
    "issues": r"topics?|issues?|talk about|worries|things to talk about",
    "advocate": r"advocate",
}


def unskips(text: str) -> bool:
    """'can i answer the one i skipped', 'go back to the ones i missed'."""
    return len(text.split()) <= 12 and bool(_UNSKIP.search(text))


def keeps_back(text: str) -> bool:
    """'don't send it', 'keep it': asked whether what was said may be passed on."""
    return bool(
        re.search(r"\b(?:don't|do not|not|never) (?:pass|send|give|tell|share)\b|\bkeep it (?:to yourself|private|back|for now)\b", text)
    )


def changes_field(said: str) -> str:
    """The field of 'change where', 'can i go back to who comes': nothing but that is said."""
    whole = re.fullmatch(
        r"(?:(?:can|could) (?:i|we)|i want to|wait|actually|no|ok|please|let me|hang on)?(?:[ ,]+(?:i want to|can i|let me|no))?[ ,]*"
        r"(?:change|edit|redo|fix|go back to) (?:\w+ ?){1,4}",
        said.strip(" .!?"),
    )
    return named_field(said) if whole and not re.search(r"\d|\bto (?!who|where|when|the|my)\w", said) else ""


def named_field(said: str) -> str:
    """The field that 'change the time', 'the place is wrong' or 'go back to who' names."""
    match = re.search(r"\b(?:change|wrong|go back to|edit|fix|redo|again)\b", said)
    if not match:
        return ""
    return next((name for name, words in _FIELD_WORDS.items() if re.search(rf"\b(?:the |my )?(?:{words})\b", said)), "")
