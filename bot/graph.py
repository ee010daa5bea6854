"""Rasa's components, run one after the other in the order in which they need each other.

Rasa hands them to dask at every turn, which plans for many machines: for a handful of components that takes longer than
most of them do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner


def run_plainly(runner: DaskGraphRunner) -> None:
    """Make `runner` run its nodes itself."""
    nodes, schema = runner._instantiated_nodes, runner._graph_schema

    def run(inputs: dict[str, Any] | None = None, targets: Sequence[str] | None = None) -> dict[str, Any]:
        results = {name: (name, value) for name, value in (inputs or {}).items()}

        def result(name: str) -> tuple[str, Any]:
            if name not in results:
                results[name] = nodes[name](*map(result, schema.nodes[name].needs.values()))
            return results[name]

        return dict(map(result, targets or schema.target_names))

    runner.run = run
