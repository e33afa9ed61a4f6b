"""The live random and tls plugins under the real engine: from nothing to nothing, with secrets encrypted on the way.

The official plugins go the same way where PULUMI_OFFICIAL_PLUGINS names their folder or they are installed.
"""

from pathlib import Path
from typing import Any

import pytest

import versions
from tests.standins.engine import LIVE, Engine, official_plugins

pytestmark = pytest.mark.engine

OFFICIAL = official_plugins("random", versions.PLUGIN_RANDOM)
needs_official = pytest.mark.skipif(OFFICIAL is None, reason="no official plugin for random on this machine")


@pytest.mark.parametrize(
    "plugins",
    [
        pytest.param(LIVE, id="stand-in"),
        pytest.param(OFFICIAL, id="official", marks=needs_official),
    ],
)
def test_the_life_of_a_chain(tmp_path: Path, plugins: Path) -> None:
    """Create, change with a replacement that runs down the chain, refresh, destroy.

    No secret stands in the state in the clear, and a run without a change changes nothing. Values are looked at in
    test_random.py and test_tls.py.
    """
    resources: dict[str, dict[str, Any]] = {
        "password": {"type": "random:index/randomPassword:RandomPassword", "inputs": {"length": 20}},
        "id": {"type": "random:index/randomId:RandomId", "inputs": {"byteLength": 4}},
        "key": {
            "type": "tls:index/privateKey:PrivateKey",
            "inputs": {"algorithm": "ECDSA", "ecdsaCurve": "P256"},
            "outputs": ["privateKeyPem"],
        },
        "authority": {
            "type": "tls:index/selfSignedCert:SelfSignedCert",
            "inputs": {
                "privateKeyPem": "${key.privateKeyPem}",
                "subject": {"commonName": "an authority"},
                "validityPeriodHours": 24,
                "allowedUses": ["cert_signing"],
                "isCaCertificate": True,
            },
            "outputs": ["certPem"],
        },
        "request": {
            "type": "tls:index/certRequest:CertRequest",
            "inputs": {"privateKeyPem": "${key.privateKeyPem}", "dnsNames": ["db"]},
            "outputs": ["certRequestPem"],
        },
        "server": {
            "type": "tls:index/locallySignedCert:LocallySignedCert",
            "inputs": {
                "caCertPem": "${authority.certPem}",
                "caPrivateKeyPem": "${key.privateKeyPem}",
                "certRequestPem": "${request.certRequestPem}",
                "validityPeriodHours": 12,
                "allowedUses": ["digital_signature", "server_auth"],
            },
        },
    }
    document = {"resources": resources}
    engine = Engine(tmp_path / "stack", plugins)
    created = engine.up(document)
    assert created.code == 0, created.errors
    assert created.operations == dict.fromkeys(resources, "create")
    assert "PRIVATE KEY" not in engine.state_text()
    assert "ciphertext" in engine.state()["password"]["outputs"]["result"]

    resources["id"]["inputs"] = {"byteLength": 4, "keepers": {"a": "1"}}
    resources["authority"]["inputs"] = {**resources["authority"]["inputs"], "validityPeriodHours": 25}
    changed = engine.up(document)
    assert changed.code == 0, changed.errors
    assert changed.operations == {
        "password": "same",
        "id": "replace",
        "key": "same",
        "authority": "replace",
        "request": "same",
        "server": "replace",
    }
    assert changed.reasons == {"id": ["keepers"], "authority": ["validityPeriodHours"], "server": ["caCertPem"]}
    refreshed = engine.refresh(document)
    assert (refreshed.code, refreshed.changes) == (0, {})
    assert set(engine.destroy(document).operations.values()) == {"delete"}
    assert engine.state() == {}
