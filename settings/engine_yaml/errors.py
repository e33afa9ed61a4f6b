"""What a text does wrong before anything it says is looked at."""

import re
from typing import Final

import yaml

_HINTS: Final = (
    ("cannot start any token", re.compile(r"\s*\t"), "; a tab cannot indent, use spaces"),
    ("cannot start any token", re.compile(r".*[@`%]"), "; text that begins with '@', '`' or '%' needs quotes"),
    ("mapping values are not allowed", re.compile(r".*:\s.*:(\s|$)"), "; text with ': ' in it needs quotes"),
    ("mapping values are not allowed", re.compile(""), "; a colon may be missing in the line above"),
    ("unexpected end of stream", re.compile(""), "; a quote that opens here is never closed"),
    ("did not find expected key", re.compile(""), "; look at the indentation and the quotes"),
    ("could not find expected ':'", re.compile(""), "; a key and a colon, or an item after '- ', must stand there"),
)
_CONFLICT: Final = re.compile(r"^<{7} ", re.MULTILINE)


class DocumentError(Exception):
    """The text is no stack file: `problems` are line and words, one a problem."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        self.problems = problems
        super().__init__(problems[0][1])


def no_yaml(text: str, error: yaml.MarkedYAMLError | yaml.reader.ReaderError | UnicodeEncodeError) -> DocumentError:
    """A parser's error, with its line and what people usually mean by such a line."""
    if isinstance(error, UnicodeEncodeError):
        return DocumentError([(_line_at(text, error.start), "not YAML: a character that is no Unicode")])
    if isinstance(error, yaml.reader.ReaderError):
        words = f"not YAML: the character {error.character:#04x} is not allowed"
        return DocumentError([(_line_at(text, error.position), words)])
    conflict = _CONFLICT.search(text)
    if conflict:
        return DocumentError([(_line_at(text, conflict.start()), "not YAML: a merge conflict that nobody resolved")])
    index = min(error.problem_mark.line, text.count("\n")) if error.problem_mark else 0
    begun = error.context_mark.line if error.context_mark else index
    if "end of stream" in str(error.problem):
        index = begun
    since = f" ({error.context} that begins in line {begun + 1})" if begun != index else ""
    return DocumentError([(index + 1, f"not YAML: {error.problem}{since}{_hint(str(error.problem), text, index)}")])


def _hint(problem: str, text: str, index: int) -> str:
    line = "".join(text.splitlines()[index : index + 1])
    return next((words for cause, pattern, words in _HINTS if cause in problem and pattern.match(line)), "")


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
