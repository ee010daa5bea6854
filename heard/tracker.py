"""Where Rasa keeps its own, encrypted notes of a talk, and how one is deleted from outside."""

from __future__ import annotations

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from cases.settings import Settings


def tracker_url(settings: Settings) -> str:
    """A SQLite file of its own beside the case store's, or the same PostgreSQL database."""
    if settings.database_url.startswith("sqlite"):
        return f"sqlite:///{settings.home / 'rasa.db'}"
    return make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)


def forget(settings: Settings, conversation_id: str) -> None:
    url = make_url(tracker_url(settings))
    engine = create_engine(url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg"))
    if inspect(engine).has_table("trackers"):
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM trackers WHERE conversation_id = :id"), {"id": conversation_id})
    engine.dispose()
