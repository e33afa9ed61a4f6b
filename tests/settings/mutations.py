"""Strategies that do harm to a valid stack file: what a hurried person, or a broken tool, makes of it."""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

from hypothesis import strategies as st

from settings import Settings
from settings.base import Model
from settings.places import Location
from settings.shapes import Shape, keys_of, kind_of, shape_of

JUNK: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 1.5, 1e300, 2**63, 10**30),
    *("", " ", "x", "0", "true", "null", "1e3", "-1s", "0s", "999999h", "é", "a|b", "[", "{}", "x" * 10_000),
    *([], [[]], [None], [{}], ["x"], [1, "1"]),
    *({}, {"": 1}, {"x": {"y": []}}, {"kind": None}, {"kind": "x"}, {"kind": []}, {"value": []}, {"secure": "v1:abc"}),
)


def places(value: Any, location: Location = ()) -> Iterator[Location]:
    """Every key and item below, as keys and indexes from the top."""
    steps: list[tuple[int | str, Any]] = []
    if isinstance(value, dict):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    for step, below in steps:
        yield (*location, step)
        yield from places(below, (*location, step))


def mappings(config: dict[str, Any]) -> Iterator[tuple[Location, dict[str, Any], type[Model]]]:
    """Every mapping of a valid file whose keys a model names, with the model; paths without `temporal:`."""
    said = {key.removeprefix("temporal:"): value for key, value in config.items()}
    yield (), config, Settings
    for location, mapping, model in _mappings((), said, Shape((Settings,))):
        if location:
            yield location, mapping, model


@st.composite
def harmed(draw: st.DrawFn, config: dict[str, Any]) -> dict[str, Any]:
    """One to three keys or items dropped, renamed, replaced by junk or by something else of the file, or wrapped."""
    found = copy.deepcopy(config)
    for _ in range(draw(st.integers(1, 3))):
        everything = [*places(found)]
        if not everything:
            break
        holder, last = _reach(found, draw(st.sampled_from(everything)))
        other, step = _reach(found, draw(st.sampled_from(everything)))
        match draw(st.sampled_from(["drop", "rename", "junk", "elsewhere", "wrap", "as text"])):
            case "rename" if isinstance(last, str):
                holder[draw(st.sampled_from(typos(last)))] = holder.pop(last)
            case "junk":
                holder[last] = draw(st.sampled_from(JUNK))
            case "elsewhere":
                holder[last] = copy.deepcopy(other[step])
            case "wrap":
                holder[last] = draw(st.sampled_from([[holder[last]], {"value": holder[last]}]))
            case "as text":
                holder[last] = json.dumps(holder[last])
            case _:
                del holder[last]
    return found


def typos(key: str) -> list[str]:
    """Ways in which a key is written wrongly."""
    return [
        key.upper(),
        key.capitalize(),
        f"{key}s",
        key[:-1],
        key[1:],
        key.replace("a", "e"),
        f"{key} ",
        f"{key}:x",
        "",
    ]


def _reach(config: Any, location: Location) -> tuple[Any, Any]:
    *way, last = location
    for step in way:
        config = config[step]
    return config, last


def _mappings(location: Location, value: Any, shape: Shape) -> Iterator[tuple[Location, dict[str, Any], type[Model]]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _mappings((*location, index), item, shape.items or Shape())
    elif isinstance(value, dict) and shape.models:
        chosen = [each for each in shape.models if len(shape.models) == 1 or kind_of(each) == value["kind"]]
        yield location, value, chosen[0]
        for key, below in value.items():
            yield from _mappings((*location, key), below, shape_of(keys_of(chosen[0])[key].annotation))
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _mappings((*location, key), below, shape.items or Shape())
