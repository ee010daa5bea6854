"""The words that people are named with, and the patterns around them. What reads them is people.py."""

from __future__ import annotations

import re

from cases.language.text import any_of, word_set

FAMILY = (
    "mum mums mam mammy mummy mom mommy ma mama mumma mother birth_mum birth_mother real_mum real_dad birth_dad dad "
    "dads daddy father papa da step_mum "
    "stepmum step_dad stepdad stepmother stepfather nan nana nanna nanny gran granny grandma nain grandad granddad "
    "grandpa gramps grampa taid pops "
    "auntie aunty aunt auntys aunties uncle cousin brother sister sibling twin half_brother half_sister stepbrother "
    "stepsister step_brother step_sister "
    "big_brother big_sister little_brother little_sister baby_brother baby_sister older_brother older_sister "
    "younger_brother younger_sister brothers sisters "
    "siblings cousins parents grandparents family niece nephew godmother godfather son daughter baby husband wife "
    "fiance partner girlfriend "
    "boyfriend ex"
)
WORKERS = (
    "foster_carer foster_carers foster_mum foster_dad foster_mother foster_father foster_parents foster_family "
    "foster_sister foster_brother carer carers "
    "key_worker supervisor leaving_care_worker mental_health_worker wellbeing_worker transition_worker housing_worker "
    "outreach_worker project_worker "
    "drug_worker case_worker caseworker family_worker social_worker social_workers support_worker youth_worker "
    "family_support_worker residential_worker "
    "personal_adviser personal_advisor pa iro "
    "independent_reviewing_officer reviewing_officer advocate independent_visitor mentor consultant solicitor lawyer barrister "
    "guardian interpreter translator teacher "
    "head_teacher headteacher head head_of_year deputy_head form_tutor personal_tutor tutor ta teaching_assistant "
    "senco designated_teacher virtual_school "
    "learning_mentor pastoral_lead pastoral school_nurse nurse doctor gp psychologist psychiatrist therapist "
    "counsellor camhs camhs_worker physio "
    "speech_therapist health_visitor midwife police feds police_officer pcso youth_offending_worker yot yot_worker "
    "probation probation_officer "
    "manager home_manager team_manager deputy_manager staff night_staff coach football_coach boss landlord "
    "housing_officer imam priest vicar rabbi pastor "
    "dinner_lady lollipop_lady bus_driver taxi_driver escort minibus_driver contact_supervisor contact_worker "
    "family_worker chair pep_teacher yp_worker "
    "social_services worker workers teachers grown_ups adults professionals judge magistrate mp councillor reviewing_lady review_lady"
)
FRIENDS = (
    "friend friends best_friend best_mate bestie mate mates pal pals buddy classmate roommate flatmate housemate neighbour neighbours "
    "neighbor godparents"
)
PETS = (
    "dog cat puppy kitten hamster rabbit bunny guinea_pig fish goldfish budgie parrot horse pony tortoise snake lizard "
    "rat ferret teddy teddy_bear bear toy "
    "doll dolly blanket blankie cuddly stuffed_toy unicorn elephant monkey dinosaur penguin imaginary_friend"
)
EVERYONE = "everyone everybody all_of_them all_of_you everyone_else everybody_else the_rest others the_others people anyone whoever"
A_RELATION = any_of(f"{FAMILY} {WORKERS} {FRIENDS} {PETS}")
RELATION = re.compile(rf"\b{A_RELATION}(?:'s|s)?\b")
WORKER = re.compile(rf"^{any_of(WORKERS)}$")
HONORIFIC = re.compile(
    r"^(?:auntie|aunty|aunt|uncle|nan|nana|nanny|nanna|gran|granny|grandma|grandad|granddad|grandpa|father|mama|papa|mummy|daddy)$"
)
TITLE = r"(?:mr|mrs|miss|ms|mx|dr|doctor|sir|pc|prof|professor)"
GROUP = re.compile(
    r"\b(?:class|council|home office|school|social|people|person|men|man|women|woman|lady|ladies|boys?|girls?|kids?|"
    r"children|strangers?|students?|ones?|lot|guys?|blokes?|bullies)\b"
)
NOBODY = re.compile(
    r"^(?:(?:um+|erm*|no|nah|nope|hmm+|oh|well|just|there's|there is|i don't think so|not really|probably|honestly|"
    r"literally|actually|want|i want|i'd like)[ ,]+)*"
    r"(?:no ?-?one|nobody|none|no people|no persons?|not anyone|not anybody|no adults|nil|zero|n/?a|noone|0|nobody else|"
    r"no one else|none of them|no-one|"
    r"(?:no|not)(?: one| body)? ?(?:i can think of|to leave out|in particular|really|that i (?:know|can think) of))"
    r"(?:[ ,]+(?:else|really|just me|thanks|please|at all|i can think of|in particular|lol|comes to mind|"
    r"that i can think of|is fine|extra|i don't think|specific|special|to be honest|for now|needed|pls|i guess|"
    r"i suppose|springs to mind|else thanks))*$"
)
JUST_ME = re.compile(
    r"^(?:just|only)? ?(?:me|myself|me myself and i|by myself|on my own|me only|me alone|alone)(?: please| thanks| and you|"
    r" lol| really| on my own)*$"
)
SAME = re.compile(
    r"^(?:the )?same(?: (?:people|ones?|lot|again))*[ .!]*$|\b(?:same|the usual|usual|like)\s+(?:people|ones?|lot|place|time|day|as|everyone)?\s*(?:as\s+)?(?:last|before|always|"
    r"usual|the other)\b(?:\s+(?:time|one|review|meeting|year))?|\bthe usual(?: people| ones| lot| place)?\b"
)
LEAD = re.compile(
    r"^(?:(?:so|and|um+|erm*|hmm+|oh|well|like|ok|yes|yeah|yep|yh|ye|yea|no|nah|nope|probably|maybe|definitely|i think|"
    r"i guess|i suppose|actually|sorry|i mean|mean|lol|please|just|only|also|plus|too|even|ideally|wait|hang on|"
    r"obviously|obvs|about|with|is it|"
    r"(?:i|we) (?:really |also |just |only |do )?(?:want|need|would like|would love|like|love|prefer|wish|choose|pick)|"
    r"i'd (?:really |also )?(?:like|love|want|prefer|rather)|want|need|would like|i would like|like|"
    r"can(?: you)?|could(?: you)?|please can|will|would|invite|bring|ask|add|tell|get|have|let|include|put|keep|come|"
    r"comes|there's|to have|to invite|to bring|to see|to be|be|"
    r"there is|it is|it's|that's|thats|i can bring|i could bring|how about|what about|as well|again|still|instead|"
    r"rather|maybe even|make sure|got to be|has to be|it has to be|must|for)\s+)+"
)
TAIL = re.compile(
    r"(?:(?<!normally)(?<!usually)\s+(?:please|thanks|thank you|lol|haha|too|also|as well|there|to come|come|comes|coming|can come|could come|"
    r"should come|to be there|be there|being there|should be there|is coming|are coming|must come|will come|would come|"
    r"to go|with me|along|"
    r"maybe|probably|definitely|i think|i guess|i suppose|and that's it|and that's all|that's it|that's all|is all|"
    r"is it|obviously|obvs|if (?:that's ok|possible|allowed|i'm allowed|they can|he can|she can|poss|you can)|is fine|"
    r"are fine|"
    r"is ok|would be (?:good|nice|ok|fine|great)|idm|really|then|now|though|tho|again|at it|in there|at the meeting|"
    r"in the meeting|at my review|at my meeting|in my meeting|in my review|at my lac|to my review|to the review|"
    r"to my meeting|to it|to the meeting|for support|in it|"
    r"and stuff|and that|etc|"
    r"innit|init|ofc|of course|no way|not coming|to attend|attend|attending|away|out|at all|ever|anywhere near (?:it|"
    r"me)|near me|near us|near it|there please|i don't mind|still|instead|only|alone|allowed|invited|involved|this time|"
    r"in the room|but|and|or|pls|or something|or whatever|"
    r"for definite|for sure|always|i mean|i meant|on second thoughts?|after all|like i said|as i said|i said|already said|everyone))+$"
)
NOT_LEAD = re.compile(
    r"^(?:(?:definitely|just|and|or|please|pls|actually|oh|but|also|wait|sorry|hang on|maybe|probably|i really|really|yes|yeah|um+|erm*|"
    r"well|lol|omg|i|we)\s+)*"
    r"(?:not|no|never|nor|don't(?: let| want| invite| ask| tell| bring| have| include| need| like)?|do not(?: let| want|"
    r" invite| ask| tell| bring| have| need| like)?|"
    r"(?:i )?(?:don't|do not|not|didn't|never) (?:really |even )?(?:want|like|need|invite|trust|wanna)|(?:i )?(?:can't|"
    r"cannot) (?:stand|have|see|cope with|speak in front of|talk in front of)|(?:i )?(?:hate|despise)|"
    r"(?:i'd|i would|would) (?:rather|prefer) not(?: have)?|keep|without|except|apart from|anyone but|anything but|"
    r"(?:you )?(?:don't|do not) need to invite|no need for|get rid of|uninvite|leave out|i won't come if|not if|"
    r"i'm not coming if|take off|remove|minus|excluding|cross out|scrap|drop|lose)\s+"
    r"(?:(?:to (?:have|see|invite|be with|come with)|have|my)\s+(?=my|the|any|\w))?"
)
NO_SPLIT = re.compile(
    r"\s+(?:but (?:definitely |just |please )?(?:not|no|don't (?:want|invite)|without(?= (?:my|the|her|his|mum|dad|"
    r"nan)\b)|never)|and (?:definitely |"
    r"just )?(?:not|no)|, ?(?:not|no)|not|without|except(?: for)?|apart from|minus|(?:and|but) (?:i )?don't (?:want|invite|"
    r"let)|no)\s+"
)
BECAUSE = re.compile(
    r"\s+(?:because|as (?=he|she|they|i\b|it)|since (?=he|she|they|i\b)|(?:and |but )?(?=(?:he|she|they|it)(?:'\w+)?\s+[a-z]+)|"
    r"(?:and )?(?=(?:her|his|their) \w+ (?:is|are|was|were|always|never|keeps?|gets?|makes?|can|shouts?)\b)|"
    r"who (?=always|never|keeps|makes|shouts)).*$"
)
CONDITION = re.compile(
    r"\s+((?:but |and |maybe |ok )*(?:only )?(?:(?:if|when|unless|as long as|for the|for a|for some|at the|until|till|once|"
    r"after|before|during|just for|not yet|for now|not for|not at|not when|on zoom|on phone|on the phone|online|by phone|on facetime|"
    r"on video|in the|over)\b|yet$|not yet$|sometimes$|for now$).*)$"
)
NAMES_BEFORE_RELATION = re.compile(
    r"^([a-z][a-z'-]+(?: [a-z][a-z'-]+)?),? (?:(?:is|who is|who's|that's|thats|he's|she's|aka|=|-) )?(?:my|our|the|his|her|"
    r"from)\s+(.+)$"
)
NOT_NAMES = word_set(
    """
    form meetings reviews meeting school college placement contact homework food maths talking speaking longer shorter more less better bigger hello hi hey hiya dear i you me we us it he she they them him her his hers their that this
    these those what who when where why how which there here the a an and or but if is are was were be been am do does did don't doesn't
    didn't can can't could would should will won't have has had not no yes yeah yep nah nope ok okay maybe please thanks sorry idk lol
    haha jk hmm um erm er well so just only like want need know think mean said say tell told go going come came get got make made see
    let help talk feel hate love good bad nice fine weird long short time day week meeting review my mine your yours our ours really
    very too also still again then now later never always because about with without for from to at in on of by up down out off over
    under actually something anything nothing everything someone anyone somebody anybody nobody done attend skip pass next stop pause bored boring
    dunno whatever sure right left all both some any none other another else monday tuesday wednesday thursday friday saturday sunday
    tomorrow today tonight morning afternoon evening lady man guy woman bloke it's i'm i've i'd i'll that's there's what's who's he's she's they're
    """
)
ACRONYMS = {
    "pa": "PA",
    "iro": "IRO",
    "ta": "TA",
    "gp": "GP",
    "senco": "SENCO",
    "camhs": "CAMHS",
    "yot": "YOT",
    "pcso": "PCSO",
    "mp": "MP",
    "pe": "PE",
}
HE = re.compile(r"\b(?:boyfriend|dad|daddy|brother|uncle|grandad|stepdad|son|husband)\b")
SHE = re.compile(r"\b(?:mum|mummy|girlfriend|sister|nan|nana|gran|grandma|auntie|aunty|stepmum|daughter|wife)\b")
