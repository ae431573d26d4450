"""What every part of a scenario has in common: kinds of text, ids, and how strictly it is read."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

Place = tuple[str | int, ...]
"""Where something stands in a file: the names and numbers on the way to it."""


class Read:
    """Marks a text that people read: a translation has it, and it may change in a text fix."""


READ = Read()
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
SAID = r"\S"
"""At least one character that is not a space."""
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=SAID)]
"""A line that is the same in every language, such as an author's name or a licence."""

Line = Annotated[Name, READ]
Source = Annotated[str, Field(min_length=1, max_length=2000, pattern=SAID)]
Text = Annotated[Source, READ]
MediaName = Annotated[str, Field(pattern=r"^media/[A-Za-z0-9._/-]+$")]
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
Language = Annotated[str, Field(pattern=LANGUAGE)]
Url = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=500)]


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise ValueError("each stands here only once")
    return names


EACH_ONCE = AfterValidator(_each_once)
SAID_ONCE = Field(json_schema_extra={"uniqueItems": True})
UniqueIds = Annotated[tuple[Id, ...], EACH_ONCE, SAID_ONCE]


def one_of(*forms: tuple[str, ...], alone: bool = False) -> ConfigDict:
    """Say in the JSON Schema what a validator requires: one of these forms, perhaps alone."""
    said: JsonDict = {
        "oneOf": [
            {"required": list(form), **({"maxProperties": len(form)} if alone else {})}
            for form in forms
        ]
    }
    return ConfigDict(json_schema_extra=said)


class Part(BaseModel):
    """What every part of a scenario has in common: it is fixed, and knows no other keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        populate_by_name=True,
        use_attribute_docstrings=True,  # what is said here of a field, authors read as well
    )


def everything(value: object, path: Place = ()) -> Iterator[tuple[Place, object]]:
    """Walk through every part of a scenario, with its place in the file."""
    yield path, value
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from everything(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, tuple):
        for i, part in enumerate(value):
            yield from everything(part, (*path, i))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from everything(part, (*path, key))
