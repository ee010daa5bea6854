"""What a browser and a screen reader need of every page: names for fields, ids that are one of a kind and that lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from tests.integration.inbox.test_sight import ROLES, SEES, _ids

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """The ids, labels, fields and references of a page, and whether its elements are closed in order."""

    def __init__(self, text: str):
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.references: set[str] = set()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        if "id" in held:
            self.ids[held["id"]] += 1
        if tag == "label":
            self.labelled.add(held["for"])
        if tag in ("textarea", "select") or (tag == "input" and held.get("type") != "hidden"):
            self.fields.append(held)
        for name in ("aria-describedby", "aria-labelledby"):
            self.references |= set((held.get(name) or "").split())
        if held.get("href", "").startswith("#"):
            self.references.add(held["href"][1:])
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


@pytest.mark.parametrize("role", ROLES)
def test_every_field_has_a_name_and_every_reference_leads_somewhere(world, case, as_, role):
    browser = as_(getattr(world, role))
    for path, roles in SEES.items():
        if role not in roles:
            continue
        response = browser.get("/inbox" + path.format(**_ids(world, case)))
        if not response.headers["content-type"].startswith("text/html"):
            continue
        page = Page(response.text)
        assert page.open == [], path
        assert [one for one, count in page.ids.items() if count > 1] == [], path
        unnamed = [one for one in page.fields if one.get("id") not in page.labelled and one.get("aria-hidden") != "true"]
        assert unnamed == [], path
        assert page.references <= set(page.ids), (path, page.references - set(page.ids))
        assert page.headings.count(1) == 1, path
        assert re.findall(r"\w+[.,;:][A-Z]\w*", page.text) == [], (path, "one sentence runs into the next")
