"""Setting up: imports that can be undone, and the council's own settings with their history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cases.store.crypto import Sealed
from cases.store.models.base import Base, Serial, new_id, utcnow


class ImportRun(Base):
    """A file of people that was loaded from the staff pages."""

    __tablename__ = "imports"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    added: Mapped[int]
    updated: Mapped[int]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))


class ImportChange(Base):
    """One person as they were before an import (none: the import added them) and after it, as JSON under their own key."""

    __tablename__ = "import_changes"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    import_id: Mapped[str] = mapped_column(ForeignKey("imports.id"), index=True)
    person_id: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str]
    before: Mapped[str | None] = mapped_column(Sealed)
    after: Mapped[str] = mapped_column(Sealed)

    @property
    def key_owner(self) -> str:
        return self.owner


class SettingChange(Base):
    """The council set something. The newest row of a name holds; the ones before it are its history. value: JSON."""

    __tablename__ = "setting_changes"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    value: Mapped[str] = mapped_column(Text)
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
