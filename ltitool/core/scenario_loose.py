"""A scenario made of whatever is readable in a broken file, so that one fault hides no other."""

from types import NoneType, UnionType
from typing import Annotated, Literal, TypeGuard, Union, get_args, get_origin

from ltitool.core.scenario import Part, Scenario

Path = tuple[str | int, ...]


def loosely(value: object) -> Scenario:
    """Return a scenario in which everything of a wrong type is empty; places stay as they are."""
    made = _as(Scenario, value)
    assert isinstance(made, Scenario)
    return made


def known_names(path: Path, whole: type[Part] = Scenario) -> list[str]:
    """Return the names that may stand in the same place as the last one of this path."""
    options: list[object] = [whole]
    for place in path[:-1]:
        options = [below for option in options for below in _below(option, place)]
    return sorted(
        {
            info.alias or name
            for option in options
            if _is_part(option)
            for name, info in option.model_fields.items()
        }
    )


def _below(wanted: object, place: str | int) -> list[object]:
    if _is_part(wanted):
        fields = {info.alias or name: info for name, info in wanted.model_fields.items()}
        return _options(fields[str(place)].annotation) if place in fields else []
    inner = get_args(wanted)
    return _options(inner[0] if get_origin(wanted) is tuple else inner[1]) if inner else []


def _as(wanted: object, value: object) -> object:
    options = _options(wanted)
    fitting = _fitting(options, value)
    if fitting is None:
        return None if NoneType in options else _empty(options[0])
    if isinstance(value, dict):
        return _group(fitting, value)
    if isinstance(value, tuple):
        return tuple(_as(get_args(fitting)[0], part) for part in value)
    return value


def _group(wanted: object, value: dict[str, object]) -> object:
    if not _is_part(wanted):
        return {key: _as(get_args(wanted)[1], part) for key, part in value.items()}
    made: dict[str, object] = {}
    for name, info in wanted.model_fields.items():
        written = info.alias or name
        if written in value:
            made[name] = _as(info.annotation, value[written])
        elif info.is_required():
            made[name] = _empty(_options(info.annotation)[0])
    return wanted.model_construct(None, **made)


def _options(wanted: object) -> list[object]:
    """Return what may stand here, without the limits on it."""
    if get_origin(wanted) is Annotated:
        return _options(get_args(wanted)[0])
    if get_origin(wanted) in (Union, UnionType):
        return [option for part in get_args(wanted) for option in _options(part)]
    return [wanted]


def _fitting(options: list[object], value: object) -> object:
    parts = [option for option in options if _is_part(option)]
    if parts and isinstance(value, dict):
        return next((part for part in parts if _is_of_type(part, value)), parts[0])
    return next((option for option in options if _fits(option, value)), None)


def _fits(wanted: object, value: object) -> bool:
    if get_origin(wanted) is Literal:
        return value in get_args(wanted)
    return type(value) is (get_origin(wanted) or wanted)


def _is_of_type(wanted: type[Part], value: dict[str, object]) -> bool:
    """Tell parts apart that share a place by their `type`."""
    marked = wanted.model_fields.get("type")
    return marked is None or value.get("type") in get_args(marked.annotation)


def _empty(wanted: object) -> object:
    if _is_part(wanted):
        return _group(wanted, {})
    origin = get_origin(wanted) or wanted
    return origin() if isinstance(origin, type) else ""


def _is_part(wanted: object) -> TypeGuard[type[Part]]:
    return isinstance(wanted, type) and issubclass(wanted, Part)
