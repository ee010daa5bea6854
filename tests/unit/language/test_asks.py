"""What a child plainly asks for by its words."""

from __future__ import annotations

import pytest

from cases.language import asks
from cases.language.text import plain

ASKS = {
    "complaint_status": ["what happened to my complaint", "any news on my complaint??", "did u get my complaint", "whos got my complaint"],
    "complaint_withdraw": ["i want to take back my complaint", "drop my complaint", "i dont want to complain anymore"],
    "complaint_add": ["can i add something to my complaint", "theres more to add to my complaint", "add to my complaint she did it again"],
    "complaint_again": ["not happy", "im still not happy with the answer", "im not happy with what they said"],
    "advocate_status": ["when is my advocate coming", "has the advocate got it", "ive heard nothing from my advocate"],
    "no_advocate": ["i dont want an advocate any more", "no advocate"],
    "iro_photo": ["is there a photo of my iro", "what does denise look like"],
    "iro_change": ["can i have a different iro", "i want to change my iro"],
    "iro_away": ["is my iro away", "when is denise back", "is she on holiday"],
    "iro_when": ["when will denise answer", "how long does she take to reply", "has she read my message"],
    "early_review": ["can i have an early review", "i need an emergency review", "can my review be sooner", "i cant wait for my review"],
    "kept_how_long": ["how long do you keep this", "where is it all stored"],
    "see_record": ["can i see what i said", "what do you know about me", "can i see my file"],
    "correct_record": ["can i change what i said", "theres a mistake in my record", "what i said was wrong"],
    "delete_record": ["delete my messages", "can you delete everything i said", "forget what i just said"],
    "decision_not_done": ["not done", "they havent done it", "it hasnt been done", "she never did what she said"],
    "decision_done": ["has it been done", "did they do what they said", "has the laptop been sorted"],
    "decisions": ["decisions", "what was decided", "what did they decide at my review"],
    "helper": ["my carer is helping me", "my key worker is typing this for me", "this is his foster carer writing"],
    "helper_gone": ["its just me now"],
    "phone_shared": ["i share this phone", "this is my carers phone", "my mum reads my phone"],
    "phone_own": ["this is my own phone now"],
    "change_number": ["ive got a new number", "i lost my phone", "my number has changed"],
    "quiet": ["dont text me after 9", "no texts at school pls", "only text me after 4", "dont text me at night"],
    "use_web": ["use the web chat instead", "answer me on the web"],
    "use_sms": ["text me instead"],
    "easy_read": ["easy read please", "can you use easier words", "i dont get all the long words"],
    "service_childline": ["whats the number for childline"],
    "service_help_at_hand": ["what is help at hand"],
    "services": ["who can i talk to", "is there a helpline"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in ASKS.items() for text in texts])
def test_plain_asking_is_known(name, text):
    assert asks.read(plain(text)) == name


@pytest.mark.parametrize(
    "text",
    [
        "my carer is horrible to me",
        "i want to complain about my social worker",
        "can my nan come to my review",
        "i want my review at school on friday",
        "mum said she would ring and she didnt",
        "who is my iro",
        "when is my review",
        "i did my homework",
        "im happy at school",
        "my phone is pink",
        "can my iro ring me",
        "the wifi is always off here and i cant do my homework",
        "is the heating off",
        "when am i back in front of the judge",
        "whos the one doing my meetings now",
        "who do i go to about my social worker shes cancelled 6 times",
        "when is my mum back",
        "how do i make a complaint then",
        "nah this is a complaint i want it logged",
        "they lost my passport so how do i take that further",
        "the food is bad and i told them and they said no and then my brother came and he was upset and we went out and it was raining so "
        "we came back and had tea",
    ],
)
def test_other_things_are_left_to_their_own_conversation(text):
    assert asks.read(plain(text)) is None


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("dont text me after 9", ("21:00", "08:00")),
        ("no texts between 9 and 3", ("21:00", "15:00")),
        ("dont text me in school", ("08:30", "15:30")),
        ("only text me after 4", ("21:00", "16:00")),
        ("dont text me before 10am", ("21:00", "10:00")),
        ("dont text me at night", ("21:00", "08:00")),
        ("text me any time", None),
    ],
)
def test_quiet_times_are_read_as_a_day_has_them(text, times):
    assert asks.quiet(plain(text)) == times


@pytest.mark.parametrize(
    ("text", "disagrees"),
    [
        ("i dont agree with my plan", True),
        ("they are making me move and nobody asked me what i want", True),
        ("i dont want to move placement", True),
        ("the wifi is bad", False),
        ("my plan is ok", False),
    ],
)
def test_disagreement_with_the_plan_is_known(text, disagrees):
    assert asks.disagrees_with_plan(plain(text)) is disagrees
