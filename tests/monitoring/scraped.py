"""What a server really serves, held against the catalogue that is made from its source.

`python -m tests.monitoring.scraped FILE…` reads what was scraped from the services' metrics ports and names what the
catalogue does not have.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.monitoring.metrics import TARGET, metrics

_TYPE = re.compile(r"# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram)")
_SERIES = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+")
_LABEL = re.compile(r'([a-zA-Z_]\w*)="(?:[^"\\]|\\.)*"')
_OF_SDK = "temporal_"
"""The server's own worker service runs workflows with the Go SDK, whose metrics are among the server's."""
_RENAMED = {"namespace": "temporal_namespace"}
"""Labels that get another name while they are scraped, because the target has one of theirs."""


def unknown(text: str) -> list[str]:
    """What the catalogue does not have of what one server or several served, one sentence each.

    That is a metric, a metric of this kind, or a label where labels are listed.
    """
    kinds = dict(_TYPE.findall(text))
    labels = _labels(text, kinds)
    return sorted(sentence for name in kinds for sentence in _wrong(name, kinds[name], labels.get(name, frozenset())))


def _wrong(name: str, kind: str, labels: frozenset[str]) -> Iterator[str]:
    metric = metrics().get(name)
    if metric is None or metric.family != "server":
        if not name.startswith(_OF_SDK):
            yield f"{name}: the catalogue has no such metric."
        return
    if metric.kind != kind:
        yield f"{name}: it is a {kind}; the catalogue has a {metric.kind}."
    if not metric.emitted:
        yield f"{name}: the catalogue says that nobody emits it."
    if metric.labels - TARGET - {"service_name"}:
        yield from (f"{name}: the catalogue has no label {label} of it." for label in sorted(labels - metric.labels))


def _labels(text: str, kinds: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """The labels of each metric, `le` left out."""
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        match = None if line.startswith("#") else _SERIES.match(line)
        if match is None:
            continue
        name = match[1]
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        owner = base if kinds.get(base) == "histogram" else name
        found.setdefault(owner, set()).update(_RENAMED.get(label, label) for label in _LABEL.findall(match[2] or ""))
    return {name: frozenset(labels - {"le"}) for name, labels in found.items()}


def main(files: list[str]) -> int:
    """The exit code: 1 when the catalogue lacks something."""
    texts = [Path(file).read_text() for file in files]
    found = [sentence for text in texts for sentence in unknown(text)]
    for sentence in dict.fromkeys(found):
        print(sentence)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
