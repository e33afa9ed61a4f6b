"""The random plugin: the two types the program uses, from the operating system's randomness."""

import crypt
import secrets
from typing import Final

import versions
from standins.provider import Call, Properties
from standins.typed import random_rules, table
from standins.typed.provider import TypedProvider

_BCRYPT_ROUNDS: Final = 2**10  # golang.org/x/crypto/bcrypt, DefaultCost
_BCRYPT_LONGEST_BYTES: Final = 72


def provider() -> TypedProvider:
    return TypedProvider(
        name="random",
        version=versions.PLUGIN_RANDOM,
        types=table.load("random"),
        rules=random_rules.RULES,
        makers={random_rules.PASSWORD: _password, random_rules.ID: _identifier},
    )


def _password(_call: Call, inputs: Properties) -> Properties:
    text = random_rules.password(inputs, secrets.SystemRandom())
    return {"id": "none", "result": text, "bcryptHash": _bcrypt(text)}


def _identifier(_call: Call, inputs: Properties) -> Properties:
    return random_rules.identifier(inputs, secrets.SystemRandom())


def _bcrypt(text: str) -> str:
    """The bcrypt hash of the first 72 bytes. Raises RuntimeError where the C library has none."""
    if crypt.METHOD_BLOWFISH not in crypt.methods:
        raise RuntimeError("this machine's libcrypt has no bcrypt: install the official random plugin")
    salt = crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=_BCRYPT_ROUNDS)  # noqa: S324 - bcrypt
    return crypt.crypt(text.encode()[:_BCRYPT_LONGEST_BYTES].decode(errors="ignore"), salt)
