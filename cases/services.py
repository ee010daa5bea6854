"""Helplines and the like, from data/services.yml. What nobody has confirmed is not given to a child."""

from __future__ import annotations

from functools import cache

import yaml

from cases.settings import ROOT


@cache
def _all() -> dict[str, dict]:
    return yaml.safe_load((ROOT / "data" / "services.yml").read_text())["services"]


def confirmed() -> dict[str, dict]:
    """The services that may be given to a child, by short name."""
    return {name: service for name, service in _all().items() if service.get("confirmed") is True}


def get(name: str) -> dict:
    """One confirmed service. Raises KeyError for one that there is not, or that is not confirmed."""
    return confirmed()[name]


@cache
def gaps() -> dict[str, str]:
    """What fills {childline}, {childline_hours} and the like in a response: phone (or what to text), and hours, as confirmed."""
    filled = {}
    for name, service in confirmed().items():
        filled[name] = str(service.get("phone") or service["text"])
        filled[f"{name}_hours"] = str(service.get("hours") or "")
    return filled
