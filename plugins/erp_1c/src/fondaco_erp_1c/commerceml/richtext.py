"""Descriptions: 1C puts escaped HTML into the text, twice escaped now and then."""

import re
from html import unescape

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>|<![^<>]*>")
_BREAKS = frozenset({"br", "hr", "li", "tr", "dt", "dd", "option"})
_PARAGRAPHS = frozenset(
    {"p", "div", "ul", "ol", "dl", "table", "section", "article", "header", "footer"}
    | {"blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_UNSEEN = frozenset({"script", "style", "head", "title", "noscript", "template", "iframe"})
_EMPTY_LINES = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")


def plain_text(written: str | None) -> str:
    """The text a person reads: no tags, no scripts, paragraphs and list items on their own lines.

    The result is plain text and still has to be escaped where it is shown. Takes linear time.
    """
    text = (written or "").strip()
    if "<" not in text and "&" not in text:
        return text
    text = unescape(_without_tags(_without_comments(text)))
    if "<" in text:
        text = _without_tags(_without_comments(text))
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, text[at:]])


def _without_tags(text: str) -> str:
    kept: list[str] = []
    unseen = ""
    at = 0
    for tag in _TAG.finditer(text):
        if not unseen:
            kept.append(text[at : tag.start()])
        at = tag.end()
        closing, name = tag[1], (tag[2] or "").lower()
        if unseen:
            if closing and name == unseen:
                unseen = ""
        elif name in _UNSEEN and not closing:
            unseen = name
        elif name in _PARAGRAPHS:
            kept.append("\n\n")
        elif name in _BREAKS and not (closing and name == "br"):
            kept.append("\n")
    if not unseen:
        kept.append(text[at:])
    return "".join(kept)
