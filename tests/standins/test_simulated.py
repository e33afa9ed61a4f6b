"""The simulated random and tls plugins: repeatable, recognisable, and with the rules of the live ones."""

import re

import pytest

from standins.provider import Call, Properties, reveal
from standins.simulated import random as simulated_random
from standins.simulated import tls as simulated_tls
from standins.typed.provider import TypedProvider
from standins.typed.random_rules import ID, PASSWORD
from standins.typed.tls_rules import CERT_REQUEST, LOCALLY_SIGNED, PRIVATE_KEY, SELF_SIGNED


def call(token: str, name: str = "r") -> Call:
    return Call(urn=f"urn:pulumi:s::p::{token}::{name}", type=token, name=name, timeout=0)


def created(provider: TypedProvider, token: str, inputs: Properties, name: str = "r") -> Properties:
    assert provider.check(call(token, name), {}, inputs, b"").failures == ()
    outputs: Properties = reveal(provider.create(call(token, name), inputs).outputs)
    return outputs


@pytest.mark.parametrize(("token", "inputs"), [(PASSWORD, {"length": 20}), (ID, {"byteLength": 8})])
def test_random_values_follow_from_name_and_inputs(token: str, inputs: Properties) -> None:
    value = created(simulated_random.provider(), token, inputs)
    assert value == created(simulated_random.provider(), token, inputs)
    assert value != created(simulated_random.provider(), token, inputs, name="other")
    assert value != {**created(simulated_random.provider(), token, {**inputs, "keepers": {"a": "1"}}), "keepers": None}


def test_a_simulated_password_keeps_its_rules() -> None:
    inputs = {"length": 9, "special": False, "upper": False, "lower": False}
    assert re.fullmatch("[0-9]{9}", created(simulated_random.provider(), PASSWORD, inputs)["result"])


def test_a_chain_of_placeholders() -> None:
    """Every PEM says that it is simulated; dates do not move, so no certificate ever becomes due in a preview."""
    tls = simulated_tls.provider()
    key = created(tls, PRIVATE_KEY, {"algorithm": "ECDSA", "ecdsaCurve": "P256"})
    request = created(tls, CERT_REQUEST, {"privateKeyPem": key["privateKeyPem"]})
    validity = {"validityPeriodHours": 24, "earlyRenewalHours": 1, "allowedUses": ["server_auth"]}
    root = created(tls, SELF_SIGNED, {"privateKeyPem": key["privateKeyPem"], **validity})
    inputs = {
        "caCertPem": root["certPem"],
        "caPrivateKeyPem": key["privateKeyPem"],
        "certRequestPem": request["certRequestPem"],
        **validity,
    }
    leaf = created(tls, LOCALLY_SIGNED, inputs)
    assert re.fullmatch(
        "-----BEGIN CERTIFICATE-----\nSIMULATED\\+[0-9a-f]{64}\n-----END CERTIFICATE-----\n", leaf["certPem"]
    )
    assert (root["keyAlgorithm"], leaf["caKeyAlgorithm"]) == ("ECDSA", "ECDSA")
    assert (leaf["validityStartTime"], leaf["validityEndTime"]) == ("2000-01-01T00:00:00Z", "2000-01-02T00:00:00Z")
    assert leaf["readyForRenewal"] is False
    assert dict(tls.diff(call(LOCALLY_SIGNED), "1", inputs, leaf, inputs).detailed) == {}
    assert dict(tls.diff(call(LOCALLY_SIGNED), "1", inputs, leaf, {**inputs, "validityPeriodHours": 25}).detailed) == {
        "validityPeriodHours": "update-replace"
    }


@pytest.mark.parametrize("name", ["random", "tls"])
def test_the_simulated_plugin_has_the_version_of_the_live_one(name: str) -> None:
    from standins.live import random as live_random  # noqa: PLC0415 - beside their simulated namesakes
    from standins.live import tls as live_tls  # noqa: PLC0415

    providers = {
        "random": (simulated_random.provider(), live_random.provider()),
        "tls": (simulated_tls.provider(), live_tls.provider()),
    }
    simulated, live = providers[name]
    assert (simulated.name, simulated.version) == (live.name, live.version) == (name, live.version)
