"""`make bench`: the whole stack, really running on loopback; prints a table and writes var/bench/bench.json.

Measured: start-up times, webhook accept, message to reply (one child; eight at once), memory of each process, and what
turn 1,000 of a talk costs against turn 10.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.report import percentiles, save
from tests.stack import Child, Stack

MESSAGES = (
    "hi",
    "who is my iro",
    "when is my review",
    "can my nan come",
    "what are my rights",
    "thanks",
    "who reads this",
    "i hate the food here",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100, help="for each of the timings")
    parser.add_argument("--turns", type=int, default=1000, help="length of the long talk; 0 leaves it out")
    options = parser.parse_args()
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as folder, Stack(Path(folder) / "home") as stack:
        began = time.monotonic()
        stack.wait_for_gateway()
        figures["gateway_ready_s"] = round(time.monotonic() - began, 1)
        stack.wait_for_rasa()
        figures["rasa_ready_s"] = round(time.monotonic() - began, 1)
        iro = stack.staff("iro", "Denise Demo")
        for kind in ("manager", "duty", "complaints"):
            stack.staff(kind, kind.title())
        figures["accept"] = percentiles(_accepts(stack, options.messages))
        one = stack.child(iro=iro)
        figures["reply_one_child"] = percentiles([_reply_time(one, number) for number in range(options.messages)])
        figures["reply_eight_at_once"] = percentiles(_eight(stack, iro, options.messages))
        if options.turns:
            figures |= _long_talk(stack.child(iro=iro), options.turns)
        figures["memory_mb"] = memory = _memory(stack.process.pid)
        figures["memory_total_mb"] = sum(memory.values())
    for name, value in figures.items():
        print(f"{name:<24} {value}")
    print(f"written to {save('bench', figures)}")


def _accepts(stack: Stack, count: int) -> list[float]:
    """Seconds from a signed webhook to its 200, from a number that is in nobody's way."""
    taken = []
    for _ in range(count):
        fields = {
            "MessageSid": "SM" + uuid.uuid4().hex,
            "From": "+447700900998",
            "To": stack.twilio.number,
            "Body": "hello",
            "NumMedia": "0",
        }
        began = time.monotonic()
        assert stack.webhook("/sms", fields).status_code == 200
        taken.append(time.monotonic() - began)
    return taken


def _reply_time(child: Child, number: int) -> float:
    began = time.monotonic()
    child.says(MESSAGES[number % len(MESSAGES)])
    return time.monotonic() - began


def _eight(stack: Stack, iro, count: int) -> list[float]:
    children = [stack.child(iro=iro) for _ in range(8)]

    def talk(child: Child) -> list[float]:
        return [_reply_time(child, number) for number in range(count // 8)]

    with ThreadPoolExecutor(8) as pool:
        return [taken for times in pool.map(talk, children) for taken in times]


def _long_talk(child: Child, turns: int) -> dict[str, object]:
    """Median of ten turns around turn 10 and at the end, and their ratio."""
    taken = [_reply_time(child, number) for number in range(turns)]
    early, late = statistics.median(taken[5:15]), statistics.median(taken[-10:])
    return {"turn_10_ms": round(early * 1000), f"turn_{turns}_ms": round(late * 1000), "long_talk_ratio": round(late / early, 2)}


def _memory(supervisor: int) -> dict[str, int]:
    """Proportional set size in MB of the supervisor and each of its processes."""
    children = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(supervisor)], capture_output=True, text=True).stdout.splitlines()
    pids = {"supervisor": supervisor}
    for line in children:
        pid, _, command = line.strip().partition(" ")
        name = next((part for part in ("gateway", "worker", "actions") if f"heard {part}" in command), "rasa")
        pids[name] = int(pid)
    return {name: _pss(pid) for name, pid in pids.items()}


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
