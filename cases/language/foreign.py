"""Is a message in another language, written in our letters ('chce zobaczyc babcie')? Then no answer may be guessed from it."""

from __future__ import annotations

import re
import unicodedata

from cases.language.mending import english, known, mend
from cases.language.spellings import SPELLINGS
from cases.language.text import clean, mostly_latin, spoken_case, word_set

#: Small words of languages that children in England speak at home, as they are typed without accents.
#: Names and English words are not among them: a message of 'mama' and a name that no English word is stays one in English.
_SMALL = word_set(
    """
    nie chce chcem nechcem chcialbym moja moj moje mojej mojego jest sie jak dla tak ale mnie kiedy gdzie dlaczego prosze bardzo tylko
    przez lubie mame taty domu szkole
    nu vreau sunt mea meu mele imi pentru cand unde cine foarte fara acasa vina tatal scoala
    waxaan inaan waa iyo aan rabaa rabo haa hooyaday hooyo aabbahay walaalkay walaashay guriga iskuulka
    mesh mish ayez aiz ummi fel fil bidi biddi ma3a
    quiero pero muy mucho soy estoy madre padre hermana hermano casa escuela porque donde cuando quien tengo
    quero minha meu nao mas muito estou uma mae pai escola
    je veux avec pour mais tres suis une chez quand maman soeur frere apres ecole le
    voglio che mio non molto
    istiyorum istemiyorum benim ve degil icin cok annem babam okul evet hayir yok gelsin
    nuk dhe jam eshte ime shkolla shtepi
    toi muon khong truong duoc voi cua
    ez dixwazim naxwazim dibistan bave
    noriu yra namai mokykla nenoriu
    mikham nemikham madaram pedaram khane
    hochu khochu moya moy domoy shkola mamka skola
    """
)
#: Where names are asked for, words that English does not have may be names.
NAMES_ASKED = ("attend", "exclude", "where")


#: Two letters that say little about the language, but for these.
_SHORT_ENGLISH = frozenset("my at is it of he we be by or if".split())


def written(text: str, asked: str = "", *, before: bool = False) -> bool:
    """Is most of it in another language, or in letters that are not ours? `asked`: the form's question; `before`: so was the last message."""
    text = clean(text)
    if not mostly_latin(text):
        return True
    if not english():
        return False
    named = spoken_case(text)
    words = [_plain(word) for word in re.findall(r"[^\W\d_][\w']*", text.lower()) if word not in named]
    strange = [word for word in words if len(word) > 2 and word not in SPELLINGS and not known(word) and mend(word) == word]
    small = [word for word in words if word in _SMALL and word not in strange]
    counted = {word for word in words if len(word) > 2 or word in _SHORT_ENGLISH}
    if not strange or 2 * len({*strange, *small}) <= len(counted):
        return False
    if before or any(word in _SMALL for word in words):
        return before or len(words) > 1
    return asked not in NAMES_ASKED and len(set(strange)) > 2 and 3 * len(strange) >= 2 * len(words)


def _plain(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word.replace("\u0142", "l")) if unicodedata.category(letter) != "Mn")
