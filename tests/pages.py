"""What every page must be, checked on every page a test fetches. Faults are sentences."""

import re
from collections import Counter
from html.parser import HTMLParser

Attributes = dict[str, str | None]
UNSEEN_INPUTS = {"hidden", "submit", "button"}
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
PROBLEM = "Problem: "


class Page(HTMLParser):
    """A parsed page that knows its own faults."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.text: dict[str, str] = {}
        self.in_labels: set[int] = set()
        self.button_words: list[str] = []
        self.forms: list[tuple[Attributes, list[Attributes]]] = []
        self.broken: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        if self._open:
            self.broken.append(f"these elements are never closed: {', '.join(self._open)}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "label" in self._open:
            self.in_labels.add(len(self.elements))
        self.elements.append((tag, given))
        if tag == "form":
            self.forms.append((given, []))
        if tag == "input" and self.forms and "form" in self._open:
            self.forms[-1][1].append(given)
        if tag == "button":
            self.button_words.append("")
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # a drawing's element, closed where it opens

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        elif tag not in VOID:
            self.broken.append(f"</{tag}> closes nothing that is open here")

    def handle_data(self, data: str) -> None:
        for tag in {"h1", "title"} & set(self._open):
            self.text[tag] = self.text.get(tag, "") + data
        if "button" in self._open:
            self.button_words[-1] += data

    def faults(self) -> list[str]:
        """Return what is wrong with the page, in words."""
        return [
            *self.broken,
            *self._heading_faults(),
            *self._label_faults(),
            *self._id_faults(),
            *self._form_faults(),
            *self._other_faults(),
        ]

    def _all(self, tag: str) -> list[Attributes]:
        return [given for name, given in self.elements if name == tag]

    def _heading_faults(self) -> list[str]:
        faults = []
        if len(self._all("h1")) != 1:
            faults.append("a page has exactly one h1")
        title = " ".join(self.text.get("title", "").split()).removeprefix(PROBLEM)
        heading = " ".join(self.text.get("h1", "").split())
        if not heading or not title.startswith(heading):
            faults.append(f"the title “{title}” starts with the h1 “{heading}”")
        if not any(given.get("lang") for given in self._all("html")):
            faults.append("html has a lang")
        levels = [int(tag[1]) for tag, _ in self.elements if tag in HEADINGS]
        for before, level in zip([0, *levels], levels, strict=False):
            if level > before + 1:
                faults.append(f"after a heading of level {before} comes one of level {level}")
        return faults

    def _label_faults(self) -> list[str]:
        labelled = {given.get("for") for given in self._all("label")}
        return [
            f"field {given.get('name')!r} has no label"
            for i, (tag, given) in enumerate(self.elements)
            if tag in {"input", "select", "textarea"}
            and given.get("type") not in UNSEEN_INPUTS
            and given.get("id") not in labelled
            and i not in self.in_labels
            and not given.get("aria-label")
        ]

    def _id_faults(self) -> list[str]:
        ids = Counter(given["id"] for _, given in self.elements if given.get("id"))
        faults = [f"id {name!r} is used {n} times" for name, n in ids.items() if n > 1]
        for tag, given in self.elements:
            for attribute in ("aria-labelledby", "aria-describedby", "for"):
                faults += [
                    f"{attribute} of a {tag} names {name!r}, which is nowhere"
                    for name in (given.get(attribute) or "").split()
                    if name not in ids
                ]
        return faults

    def _form_faults(self) -> list[str]:
        faults = []
        for given, inputs in self.forms:
            action = given.get("action") or ""
            if not action:
                faults.append("a form has no action")
            has_token = "csrf_token" in {field.get("name") for field in inputs}
            is_elsewhere = "://" in action
            is_post = given.get("method") == "post" and not action.startswith("/lti/")
            if is_post and not has_token and not is_elsewhere:
                faults.append(f"the form for {action} has no csrf_token")
            if has_token and is_elsewhere:
                faults.append(f"the form for {action} gives our csrf_token away")
        faults += ["a button has no words" for words in self.button_words if not words.strip()]
        return faults

    def _other_faults(self) -> list[str]:
        faults = ["an image has no alt" for given in self._all("img") if "alt" not in given]
        faults += ["a frame has no title" for g in self._all("iframe") if not g.get("title")]
        for tag, given in self.elements:
            if "style" in given:
                faults.append(f"a {tag} has an inline style")
            if any(re.match(r"on\w+$", name) for name in given):
                faults.append(f"a {tag} has an inline event handler")
            if tag == "script" and not given.get("src"):
                faults.append("a script stands in the page")
            if tag == "style":
                faults.append("a style sheet stands in the page")
        return faults
