"""XML from strangers: elements, attributes, lines; no document types, so no entities at all.

A document type is where entities that grow without end, and those that fetch other files, are
declared. No format read here needs one, so the parser stops at the first sign of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from detente.interchange.files import ForeignFileError, load_bytes, wrong

__all__ = ["Element", "load_xml", "looks_like_xml"]

DEEPEST = 64
MOST_ELEMENTS = 400_000


@dataclass(slots=True, eq=False)
class Element:
    """One element: its tag, attributes, children, and the file and line where it begins."""

    tag: str
    attributes: Mapping[str, str]
    file: str
    line: int
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> list[Element]:
        """Return the children with this tag."""
        return [child for child in self.children if child.tag == tag]

    def walk(self) -> Iterator[Element]:
        """Return the element and everything in it, in the file's order."""
        ahead = [self]
        while ahead:
            element = ahead.pop()
            yield element
            ahead.extend(reversed(element.children))

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    def error(self, attribute: str, found: str, expected: str, fix: str = "") -> ForeignFileError:
        """Return the error for something wrong here."""
        where = f"<{self.tag}>" + (f" {attribute}" if attribute else "")
        return wrong(self.file, self.line, where, found, expected, fix)

    def text(self, name: str) -> str:
        """Return an attribute that must be there."""
        value = self.attributes.get(name)
        if value is None:
            raise self.error(name, "nothing", "a value", f'add {name}="..."')
        return value


def looks_like_xml(path: Path) -> bool:
    """Say whether a file begins as XML does; some files named .xml are tables of numbers."""
    head = load_bytes(path)[:200]
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return (
                head[: -1 if len(head) % 2 else None].decode(encoding, "replace").lstrip()[:1]
                == "<"
            )
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def load_xml(path: Path) -> Element:
    """Read an XML file into elements.

    Raises
    ------
    ForeignFileError
        If it is no well-formed XML, has a document type, an unknown encoding, or is too large
        or nested too deeply.
    """
    data = load_bytes(path)
    skipped = 0
    if data[:1].isspace():  # some files have blank lines above their declaration
        skipped = data[: len(data) - len(data.lstrip())].count(b"\n")
        data = data.lstrip()
    name, parser = path.name, expat.ParserCreate()
    roots: list[Element] = []
    opened: list[Element] = []
    count = 0

    def line() -> int:
        return parser.CurrentLineNumber + skipped

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(opened) >= DEEPEST or count > MOST_ELEMENTS:
            found = f"more than {MOST_ELEMENTS:,} elements, or {DEEPEST} levels"
            raise wrong(name, line(), f"<{tag}>", found, "a domain or a profile")
        element = Element(tag, attributes, name, line())
        (opened[-1].children if opened else roots).append(element)
        opened.append(element)

    def end(_tag: str) -> None:
        opened.pop()

    def no_type(*_: object) -> None:
        raise wrong(
            name, line(), "", "a document type (<!DOCTYPE ...>), which could hide anything",
            "XML without one", "delete it",
        )  # fmt: skip

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = no_type
    parser.EntityDeclHandler = no_type
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        found = (
            f"no XML ({expat.errors.messages.get(error.code, error)}, column {error.offset + 1})"
        )
        fix = "is the file complete, and in the encoding that it states?"
        raise wrong(name, error.lineno + skipped, "", found, "XML", fix) from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise wrong(name, 1, "", f"no XML ({error})", "XML in a known encoding") from error
    return roots[0]
