"""The facilitator pack as Markdown, and as one page to print: no script, nothing to fetch."""

from html import escape

from markdown_it import MarkdownIt

from ltitool.core.exchange.exported import Exported
from ltitool.core.exchange.pack import Piece, Sheet, sheets
from ltitool.core.overlay import direction
from ltitool.core.scenario import Scenario

LOSSES = (
    "Pictures, sounds and films: their words stand in their place.",
    "Conditions and what choices note: written out, for you to keep track of on paper.",
    "Drafts, reasons of others, credit: on paper nothing is kept.",
)
TOP = 2
"""The level of the headings that begin a sheet of paper."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"])
STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-inline-size: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h2 { margin-block: 3rem 1rem; padding-block-end: .3rem; border-block-end: 2px solid; }
.tool { opacity: .75; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0; }
.card { border: 1px dashed; padding: .75rem 1rem; min-block-size: 8rem; break-inside: avoid; }
.card > :first-child, li { margin-block: 0; }
p, ul { margin-block: .5rem; }
@media print {
  body { max-inline-size: none; margin: 0; padding: 0; font-size: 11pt; }
  section.sheet { break-before: page; }
  section.part { break-inside: avoid-page; }
  h2, h3 { break-after: avoid; }
  .cards { grid-template-columns: 1fr 1fr; }
}
"""


def to_markdown(scenario: Scenario) -> Exported:
    """Return the pack as a Markdown file."""
    parts = [f"# {scenario.title}"]
    for sheet in sheets(scenario):
        parts.append(f"{'#' * sheet.level} {_line(sheet.heading.text)}")
        parts += [piece.text for piece in sheet.pieces]
        for card in sheet.cards:
            parts += [*(piece.text for piece in card), "---"]
    return Exported(("\n\n".join(parts) + "\n").encode(), LOSSES)


def to_print(scenario: Scenario) -> Exported:
    """Return the pack as a page in HTML: whole in one file, made for paper."""
    language, way = escape(scenario.language), direction(scenario.language)
    title = escape(scenario.title)
    body = "\n".join(_section(sheet, scenario.language) for sheet in sheets(scenario))
    page = (
        f'<!doctype html>\n<html lang="{language}" dir="{way}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )
    return Exported(page.encode(), LOSSES)


def _section(sheet: Sheet, language: str) -> str:
    kind = "part" if sheet.level > TOP else "sheet"
    tag = f"h{sheet.level}"
    heading = f"<{tag}{_in(sheet.heading, language)}>{escape(_line(sheet.heading.text))}</{tag}>"
    pieces = "\n".join(_html(piece, language) for piece in sheet.pieces)
    cards = "".join(
        f'<div class="card">{"".join(_html(piece, language) for piece in card)}</div>\n'
        for card in sheet.cards
    )
    box = f'<div class="cards">\n{cards}</div>' if cards else ""
    return f'<section class="{kind}">\n{heading}\n{pieces}\n{box}\n</section>'


def _html(piece: Piece, language: str) -> str:
    own = "" if piece.language else ' class="tool"'
    made: str = _MARKDOWN.render(piece.text)
    return f"<div{own}{_in(piece, language)}>{made.strip()}</div>"


def _in(piece: Piece, language: str) -> str:
    """Return the language and direction of a piece, where they are not those of the page."""
    own = piece.language or "en"
    if own == language:
        return ""
    return f' lang="{escape(own)}" dir="{direction(own)}"'


def _line(text: str) -> str:
    return " ".join(text.split())
