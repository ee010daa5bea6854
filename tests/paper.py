"""A tagged PDF as a screen reader goes through it, and what PDF/UA-1 (ISO 14289-1) asks of it that can be looked up there."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject

#: What may stand in a list, a list item and a table (ISO 32000-1, 14.8.4.3).
WITHIN = {
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
}
ONLY_IN = {"LI": {"L"}, "TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}}
#: Elements of a page that are not printed.
OFF_PAPER = ("head", "header", "nav", "footer", "form", "script")


@dataclass
class Node:
    role: str
    held: DictionaryObject
    kids: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.walk()

    @property
    def text(self) -> str:
        return "".join(kid if isinstance(kid, str) else kid.text + " " for kid in self.kids)


def tree(pdf: bytes) -> Node:
    """The structure, with the text that is printed under each part of it."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    marked = {page.indirect_reference.idnum: _marked(page)[0] for page in reader.pages}

    def node(held: DictionaryObject) -> Node:
        made = Node(held["/S"].lstrip("/"), held)
        kids = held.get("/K", [])
        for kid in kids if isinstance(kids, ArrayObject) else [kids]:
            kid = kid.get_object()
            if isinstance(kid, int):
                made.kids.append(marked[held.raw_get("/Pg").idnum].get(kid, ""))
            elif "/S" in kid:
                made.kids.append(node(kid))
        return made

    top = reader.trailer["/Root"]["/StructTreeRoot"]["/K"].get_object()
    return node(top[0].get_object() if isinstance(top, ArrayObject) else top)


def problems(pdf: bytes) -> list[str]:
    """What a person who has the paper read to them would stumble over."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root, found = reader.trailer["/Root"], []
    about = root["/Metadata"].get_data().decode()
    title = reader.metadata.title or ""
    if not title or re.sub(r"<[^>]+>", "", (re.search(r"<dc:title>(.*?)</dc:title>", about, re.S) or [""])[0]).strip() != title:
        found.append("it has no title, or two")
    if not root["/ViewerPreferences"].get("/DisplayDocTitle"):
        found.append("the file's name is shown for its title")
    if root.get("/Lang") != "en-GB" or not root["/MarkInfo"].get("/Marked"):
        found.append("it has no language, or is not marked as tagged")
    if not re.search(r"pdfuaid:part(=\"1\"|>1<)", about):
        found.append("it does not say that it is PDF/UA-1")
    for number, page in enumerate(reader.pages, 1):
        if loose := _marked(page)[1]:
            found.append(f"page {number} has text without a tag: {loose}")
    return found + _of_tree(tree(pdf))


def _of_tree(top: Node) -> list[str]:
    nodes, found = list(top.walk()), []
    levels = [int(one.role[1]) for one in nodes if re.fullmatch(r"H[1-6]", one.role)]
    if levels[:1] != [1] or levels.count(1) != 1 or any(now > then + 1 for then, now in zip(levels, levels[1:], strict=False)):
        found.append(f"headings go {levels}")
    found += [f"a heading without words ({one.role})" for one in nodes if re.fullmatch(r"H[1-6]", one.role) and not one.text.strip()]
    for one in nodes:
        for kid in one.kids:
            role = kid.role if isinstance(kid, Node) else "text"
            if role not in WITHIN.get(one.role, {role}) or one.role not in ONLY_IN.get(role, {one.role}):
                found.append(f"{role} in {one.role}")
    found += ["a picture without words for it" for one in nodes if one.role == "Figure" and not one.held.get("/Alt")]
    headers = {one.held.get("/ID"): one for one in nodes if one.role == "TH"}
    for cell in (one for one in nodes if one.role == "TD"):
        of = cell.held["/A"].get("/Headers", [])
        if not of or not all(one in headers and headers[one].text.strip() for one in of):
            found.append(f"the cell '{cell.text.strip()}' has no header")
    return found


def read_out(pdf: bytes) -> list[str]:
    """Every word in the order in which it is read out."""
    return tree(pdf).text.split()


def printed(page: str) -> list[str]:
    """Every word of a page of the inbox that goes on paper, in the order of the page."""
    parser = _Printed()
    parser.feed(page)
    return " ".join(parser.words).split()


class _Printed(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words: list[str] = []
        self.off: list[str] = []  # the open element that is not printed, and those of its name in it

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if self.off:
            self.off += [tag] if tag == self.off[0] else []
        elif tag in OFF_PAPER or {"screen", "skip"} & set((given.get("class") or "").split()):
            self.off = [tag]

    def handle_endtag(self, tag):
        if self.off and tag == self.off[0]:
            self.off.pop()

    def handle_data(self, data):
        if not self.off:
            self.words.append(data)


def _marked(page) -> tuple[dict[int, str], list[str]]:
    """The text of a page by the number of its mark, and what has no mark."""
    held: dict[int, str] = {}
    loose: list[str] = []
    marks: list[tuple[str, int | None]] = []

    def before(operator, operands, *_):
        if operator in (b"BDC", b"BMC"):
            more = operands[1] if len(operands) > 1 and isinstance(operands[1], DictionaryObject) else {}
            marks.append((operands[0], more.get("/MCID")))
        elif operator == b"EMC":
            marks.pop()

    def text(words, *_):
        number = next((number for _, number in marks if number is not None), None)
        if number is not None:
            held[number] = held.get(number, "") + words
        elif words.strip() and not any(tag == "/Artifact" for tag, _ in marks):
            loose.append(words.strip())

    page.extract_text(visitor_operand_before=before, visitor_text=text)
    return held, loose
