"""JSON lines {"text"} in, {"ranking"} out, in order, by any model that `rasa train nlu` made; bot/parse.py is for the served one.

    python -m bot.parse_rasa MODEL.tar.gz

For comparing pipelines (`make bench-nlu`): the texts go through the same steps as in the connector.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

from rasa.core.agent import Agent

from bot.commands import clean, neutralise


async def main(model: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Rasa writes its log to standard output
    agent = Agent.load(model)
    for line in sys.stdin:
        if line.strip():
            words, _ = neutralise(clean(str(json.loads(line)["text"])))
            understood = await agent.parse_message(words)
            ranking = [one for one in understood["intent_ranking"] if one["name"] != "nlu_fallback"]
            found = [{"name": one["name"], "confidence": one["confidence"]} for one in ranking]
            print(json.dumps({"ranking": found}), file=answers, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
