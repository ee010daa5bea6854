"""The components of a graph run plainly give what Rasa's own runner gives."""

from __future__ import annotations

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.graph import run_plainly


class Adds(GraphComponent):
    """Counts how often it was asked."""

    asked = 0

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls()

    def add(self, first: int, second: int = 1) -> int:
        Adds.asked += 1
        return first + second


def node(needs: dict[str, str], *, target: bool = False) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Adds, constructor_name="create", fn="add", config={}, eager=True, is_target=target)


def test_each_component_runs_once_and_only_where_it_is_needed():
    schema = GraphSchema(
        {
            "one": node({"first": "given"}),
            "two": node({"first": "one", "second": "one"}, target=True),
            "three": node({"first": "two", "second": "given"}, target=True),
            "apart": node({"first": "given"}),
        }
    )
    runner = DaskGraphRunner(schema, None, ExecutionContext(schema))
    rasas = runner.run(inputs={"given": 3}), runner.run(inputs={"given": 3}, targets=["two"])
    run_plainly(runner)
    Adds.asked = 0
    assert (runner.run(inputs={"given": 3}), runner.run(inputs={"given": 3}, targets=["two"])) == rasas
    assert rasas[0] == {"two": 8, "three": 11} and Adds.asked == 5
