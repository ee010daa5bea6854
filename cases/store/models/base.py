"""What every table shares: ids, aware UTC times, and the table of data keys."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, DateTime, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


def new_id() -> str:
    return uuid.uuid4().hex


def utcnow() -> datetime:
    """The time a row is stamped with. Rules are handed `now`; only the stamp of writing reads the clock."""
    return datetime.now(UTC)


class Utc(TypeDecorator):
    """An aware UTC time; SQLite, which has no such type, keeps it as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Times in the store are aware: give this one a time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(64), datetime: Utc, dict: JSON, list: JSON}


class HandedOver:
    """What somebody copies into the council's case record.

    in_record_at: when they said that it is there; retention counts from then. words_gone_at: when Heard let go of the words.
    """

    in_record_at: Mapped[datetime | None]
    words_gone_at: Mapped[datetime | None]


Serial = BigInteger().with_variant(Integer, "sqlite")


class DataKey(Base):
    __tablename__ = "data_keys"
    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
