"""What a person has to mend before Heard can go on."""

from __future__ import annotations


class Problem(Exception):
    """`problems`: one plain line each, which says what to do and holds no secret."""

    def __init__(self, problems: list[str] | str):
        self.problems = [problems] if isinstance(problems, str) else problems
        super().__init__("; ".join(self.problems))
