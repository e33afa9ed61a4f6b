"""Calls answered from the tables; nothing exists but in the engine's state."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import versions
from standins.provider import Call, CheckFailure, Properties, Value
from standins.simulated.aws import filling, settings, table
from standins.simulated.aws.predicting import Prediction
from standins.simulated.aws.settings import Settings
from standins.simulated.aws.table import AwsType
from standins.simulated.chance import digest
from standins.typed.provider import Rules, TypedProvider

_SEED: Final = "__simulated"
"""Where the state keeps what made the values by chance: a later change of an input must not change them."""


class AwsProvider(TypedProvider):
    """Every type behaves by its tables alone."""

    def __init__(self) -> None:
        self._settings = Settings()
        kinds = table.load()
        super().__init__(
            name="aws",
            version=versions.PLUGIN_AWS,
            types={token: kind.resource for token, kind in kinds.items()},
            rules={token: self._rules_of(kind) for token, kind in kinds.items()},
            makers={token: partial(self._made, kind) for token, kind in kinds.items()},
        )

    def check_config(self, news: Properties) -> tuple[CheckFailure, ...]:
        return tuple(settings.failures(news))

    def configure(self, config: Mapping[str, Value]) -> None:
        self._settings = Settings.parse(config)

    def _rules_of(self, kind: AwsType) -> Rules:
        return Rules(
            completed=lambda call, olds, inputs: filling.completed(kind, self._settings, call, olds, inputs),
            followed=partial(self._followed, kind),
            deleted_first=lambda inputs: kind.delete_before_replace or filling.named_by_program(kind, inputs),
        )

    def _made(self, kind: AwsType, call: Call, inputs: Properties) -> Properties:
        seed = digest(call, inputs)
        return {**Prediction(kind, self._settings, seed, inputs).outputs(), _SEED: seed}

    def _followed(self, kind: AwsType, state: Properties) -> Properties:
        """What an update changes with the inputs: an identifier stands in the ARN, for example."""
        outputs = Prediction(kind, self._settings, state[_SEED], state).outputs()
        return {name: value for name, value in outputs.items() if name != "id"}
