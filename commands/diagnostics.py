"""The engine's complaints as a person should read them: the reasons, without tracebacks and the noise around them."""

import re
from collections.abc import Iterable, Mapping

_NOISE = (
    re.compile(r"an unhandled error occurred: program exited with non-zero exit code: \d+"),
    re.compile(r"(update|preview|refresh|destroy|operation) (failed|canceled)"),
    re.compile(r"using pulumi-\S+ from \$PATH at .*"),
    re.compile(r"Attempting to deploy or update resources with .*"),
    re.compile(r"missing stack config file|resource plugin .* is expected to have version.*"),
)
_TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'\s+File "(?P<file>[^"]+)", line (?P<line>\d+)')


def readable(messages: Iterable[str]) -> list[str]:
    """One text a complaint, each once, in order; empty when nothing but noise was said."""
    cleaned = (_clean(message) for message in messages)
    return list(dict.fromkeys(text for text in cleaned if text))


def warnings(diagnostics: Iterable[Mapping[str, str]]) -> list[str]:
    """What the program and the plugins warn of in a preview's diagnostics, each once; a plugin's with its resource."""
    said = (
        named(diagnostic.get("urn", ""), diagnostic["message"].removeprefix("warning: "))
        for diagnostic in diagnostics
        if diagnostic["severity"] == "warning" and not is_noise(diagnostic["message"])
    )
    return list(dict.fromkeys(said))


def named(urn: str, message: str) -> str:
    """The message after the name of the resource it is about, when it is about one."""
    name = urn.rpartition("::")[2]
    return f"{name}: {message.rstrip()}" if name else message.rstrip()


def is_noise(message: str) -> bool:
    """Whether the message tells a person nothing about the stack."""
    first = message.strip().removeprefix("warning: ").partition("\n")[0]
    return any(noise.fullmatch(first) for noise in _NOISE)


def _clean(message: str) -> str:
    lines = [re.sub(r"^error: ", "", line) for line in _without_traceback(message).splitlines()]
    kept = [line for line in lines if line.strip() and not is_noise(line)]
    return "\n".join(kept).strip()


def _without_traceback(message: str) -> str:
    """Keeps what was said before the traceback, the exception's own text, and where it was raised."""
    before, found, traceback = message.partition(_TRACEBACK)
    if not found:
        return message
    lines = traceback.splitlines()
    frames = [match for line in lines if (match := _FRAME.match(line))]
    reason = next((index for index, line in enumerate(lines) if line and not line.startswith(" ")), len(lines))
    place = f" (raised in {frames[-1]['file']}, line {frames[-1]['line']})" if frames else ""
    return f"{before.strip()} ".lstrip() + "\n".join(lines[reason:]).strip() + place
