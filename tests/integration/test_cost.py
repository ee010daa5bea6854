"""What one text costs the database. Questions are counted, not seconds: docs/scale.md says what that comes to."""

from __future__ import annotations

from sqlalchemy import event

#: From the webhook to "sent", with the look whether anything else is due, and the BEGINs of SQLite. To ask more wants a reason.
MOST = 45


def test_an_ordinary_text_costs_the_database_few_questions(talk):
    talk.says("hi")
    asked: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        asked.append(statement)

    event.listen(talk.store.engine, "before_cursor_execute", note)
    try:
        assert talk.says("can my nan come") == ["Got: can my nan come"]
    finally:
        event.remove(talk.store.engine, "before_cursor_execute", note)
    assert len(asked) <= MOST, "\n".join(asked)
