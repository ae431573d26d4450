"""What holds on one path and not on another, and what depends on it: ways, and lines of an end."""

from typing import Annotated, Self

from pydantic import Discriminator, Field, Tag, model_validator

from ltitool.core.scenario.parts import EACH_ONCE, SAID_ONCE, Id, Part, Text, one_of


class Test(Part):
    """A condition: exactly one of the forms below."""

    model_config = one_of(
        ("var", "is"),
        ("var", "gte"),
        ("var", "lte"),
        ("chose", "in"),
        ("all",),
        ("any",),
        ("not",),
        alone=True,
    )

    var: Id | None = None
    """Looks at a part of the state, and compares it by one of the next three."""
    is_: bool | int | None = Field(default=None, alias="is")
    """It is exactly this."""
    gte: int | None = None
    """The number is this or more."""
    lte: int | None = None
    """The number is this or less."""
    chose: Id | None = None
    """Looks at what was chosen at a decision."""
    in_: Annotated[tuple[Id, ...], Field(min_length=1), EACH_ONCE, SAID_ONCE] | None = Field(
        default=None, alias="in"
    )
    """It was one of these choices."""
    all: Annotated[tuple["Test", ...], Field(min_length=1)] | None = None
    """Every one of these holds."""
    any: Annotated[tuple["Test", ...], Field(min_length=1)] | None = None
    """One of these holds, or several."""
    not_: "Test | None" = Field(default=None, alias="not")
    """This does not hold."""

    @model_validator(mode="after")
    def _has_one_form(self) -> Self:
        form = frozenset(self.model_fields_set)
        if form not in FORMS_OF_TESTS:
            raise ValueError(
                "a condition is one of: var with is, gte or lte; chose with in; all; any; not"
            )
        return self


FORMS_OF_TESTS = {
    frozenset({"var", "is_"}),
    frozenset({"var", "gte"}),
    frozenset({"var", "lte"}),
    frozenset({"chose", "in_"}),
    frozenset({"all"}),
    frozenset({"any"}),
    frozenset({"not_"}),
}


class Way(Part):
    """One line of a conditional target."""

    to: Id
    """The scene it leads to."""
    when: Test | None = None
    """Only where this holds; the last line has none."""


class EndLine(Part):
    """One line of what an ending gained or cost."""

    text: Text
    """What it says."""
    when: Test | None = None
    """Only where this holds; the last line has none."""


def _one_or_lines(value: object) -> str:
    return "lines" if isinstance(value, tuple | list) else "one"


ONE_OR_LINES = Discriminator(_one_or_lines)
Target = Annotated[
    Annotated[Id, Tag("one")] | Annotated[tuple[Way, ...], Field(min_length=2), Tag("lines")],
    ONE_OR_LINES,
]
"""Where the story goes: a scene, or the first line whose condition holds."""

EndText = Annotated[
    Annotated[Text, Tag("one")] | Annotated[tuple[EndLine, ...], Field(min_length=2), Tag("lines")],
    ONE_OR_LINES,
]
