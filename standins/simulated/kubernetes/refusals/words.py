"""Rules for single words. Each gives the reason of a refusal, or an empty text; what is no text passes."""

import re
from typing import Final

from standins.provider import Value

_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN: Final = re.compile(rf"{_LABEL.pattern}(\.{_LABEL.pattern})*")
_QUALIFIED: Final = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_DATA_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+")
_PORT_NAME: Final = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?")

_LONGEST_LABEL: Final = 63
_LONGEST_SUBDOMAIN: Final = 253
_LONGEST_PORT_NAME: Final = 15


def dns_label(word: Value) -> str:
    allowed = "lower case letters, digits and '-', with a letter or digit at both ends"
    return _refusal(word, _LABEL, _LONGEST_LABEL, allowed)


def dns_subdomain(word: Value) -> str:
    allowed = "lower case letters, digits, '-' and '.', with a letter or digit at both ends of each part"
    return _refusal(word, _SUBDOMAIN, _LONGEST_SUBDOMAIN, allowed)


def path_segment(word: Value) -> str:
    if isinstance(word, str) and (word in {"", ".", ".."} or "/" in word or "%" in word):
        return "must not be empty, '.' or '..', nor hold '/' or '%'"
    return ""


def label_key(word: Value) -> str:
    """Also the rule for keys of annotations, in lower case."""
    if not isinstance(word, str):
        return ""
    prefix, slash, name = word.rpartition("/")
    if slash and (reason := dns_subdomain(prefix)):
        return f"the part before '/' {reason}"
    return _refusal(name, _QUALIFIED, _LONGEST_LABEL, "letters, digits, '-', '_' and '.', between letters or digits")


def label_value(word: Value) -> str:
    if word == "":
        return ""
    return _refusal(word, _QUALIFIED, _LONGEST_LABEL, "letters, digits, '-', '_' and '.', between letters or digits")


def data_key(word: Value) -> str:
    if isinstance(word, str) and (word == "." or word.startswith("..")):
        return "must not be '.' nor begin with '..'"
    return _refusal(word, _DATA_KEY, _LONGEST_SUBDOMAIN, "letters, digits, '-', '_' and '.'")


def port_name(word: Value) -> str:
    allowed = "lower case letters, digits and single '-' inside, with one letter at least"
    return _refusal(word, _PORT_NAME, _LONGEST_PORT_NAME, allowed)


def port_number(number: Value) -> str:
    if isinstance(number, int) and not 1 <= number <= 65535:
        return "must be from 1 to 65535"
    return ""


def _refusal(word: Value, form: re.Pattern[str], longest: int, allowed: str) -> str:
    if not isinstance(word, str):
        return ""
    if len(word) > longest:
        return f"has {len(word)} characters, at most {longest} are allowed"
    return "" if form.fullmatch(word) else f"must consist of {allowed}"
