"""Proves what the node's certificates say, that they are kept, and when they are made anew.

The proof ends at the files: that the programs accept one another is seen on the real node.
"""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from embedded.node import pki
from embedded.node.addresses import AddressPlan

NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
PLAN = AddressPlan.of("198.18.0.0/16")
LEAVES = pki.leaves("main", PLAN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pki.ensure(tmp_path / "pki", LEAVES, NOW)
    return tmp_path / "pki"


def _certificate(folder: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def _changed(folder: Path, before: dict[str, bytes]) -> set[str]:
    return {name for name, content in _contents(folder).items() if before.get(name) != content}


def test_everything_is_private(folder: Path) -> None:
    """The folder is its owner's alone, and so is each file in it."""
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_the_api_server_is_known_by_all_its_names(folder: Path) -> None:
    """Node address, service address, loopback, and the names pods use."""
    names = _certificate(folder, "apiserver").extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        "localhost",
    ]
    assert list(map(str, names.get_values_for_type(x509.IPAddress))) == ["198.18.0.2", "198.18.128.1", "127.0.0.1"]


def test_clients_carry_the_identities_that_kubernetes_gives_rights_to(folder: Path) -> None:
    """Common name and organization, as the API server reads them."""

    def identity(name: str) -> tuple[str | bytes, ...]:
        subject = _certificate(folder, name).subject
        kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        return tuple(part.value for kind in kinds for part in subject.get_attributes_for_oid(kind))

    assert {leaf.name: identity(leaf.name) for leaf in LEAVES if leaf.authority == pki.CLUSTER} == {
        "apiserver": ("kube-apiserver",),
        "node": ("system:node:main", "system:nodes"),
        "apiserver-to-kubelet": ("kube-apiserver-kubelet-client",),
        "admin": ("embedded-admin", "system:masters"),
        "controller-manager": ("system:kube-controller-manager",),
        "scheduler": ("system:kube-scheduler",),
        "proxy": ("system:kube-proxy",),
        "dns": ("system:coredns",),
        "volumes": ("system:local-path-provisioner",),
    }


def test_each_authority_signs_its_own(folder: Path) -> None:
    """A certificate of the cluster's authority must not open etcd."""
    for leaf in LEAVES:
        _certificate(folder, leaf.name).verify_directly_issued_by(_certificate(folder, leaf.authority))
    assert {leaf.name for leaf in LEAVES if leaf.authority == pki.ETCD} == {"etcd", "apiserver-to-etcd"}
    assert {leaf.name for leaf in LEAVES if leaf.authority == pki.FRONT} == {"front-proxy"}


def test_only_certificates_with_names_are_servers(folder: Path) -> None:
    """A stolen client certificate cannot pose as the API server."""
    servers = set()
    for leaf in LEAVES:
        usage = _certificate(folder, leaf.name).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert ExtendedKeyUsageOID.CLIENT_AUTH in usage
        servers |= {leaf.name} if ExtendedKeyUsageOID.SERVER_AUTH in usage else set()
    assert servers == {"apiserver", "node", "etcd"}


def test_they_are_kept_while_they_serve(folder: Path) -> None:
    """Another `up` 304 days later writes nothing."""
    before = _contents(folder)
    pki.ensure(folder, LEAVES, NOW + dt.timedelta(days=304))
    assert _changed(folder, before) == set()


def test_they_are_made_anew_sixty_days_before_they_expire(folder: Path) -> None:
    """All issued ones with their keys; the authorities, and with them everybody's trust, stay."""
    before = _contents(folder)
    later = NOW + dt.timedelta(days=306)
    pki.ensure(folder, LEAVES, later)
    assert _changed(folder, before) == {f"{leaf.name}.{end}" for leaf in LEAVES for end in ("crt", "key")}
    assert _certificate(folder, "admin").not_valid_after_utc == later + dt.timedelta(days=365)


def test_an_authority_that_would_expire_first_is_made_anew_with_all_it_signed(folder: Path) -> None:
    """Nine years and a day later; the service accounts' key pair has no date and stays."""
    before = _contents(folder)
    pki.ensure(folder, LEAVES, NOW + dt.timedelta(days=9 * 365 + 1))
    assert set(before) - _changed(folder, before) == {"service-accounts.key", "service-accounts.pub"}


def test_a_changed_address_makes_only_the_certificates_with_it_anew(folder: Path) -> None:
    """Here another service range."""
    before = _contents(folder)
    pki.ensure(folder, pki.leaves("main", AddressPlan.of("198.18.0.0/17")), NOW)
    assert _changed(folder, before) == {"apiserver.crt", "apiserver.key"}


@pytest.mark.parametrize("damage", [b"", b"not a key"])
def test_a_damaged_pair_is_replaced(folder: Path, damage: bytes) -> None:
    """A disk that was full leaves empty files."""
    (folder / "scheduler.key").write_bytes(damage)
    before = _contents(folder)
    pki.ensure(folder, LEAVES, NOW)
    assert _changed(folder, before) == {"scheduler.crt", "scheduler.key"}


def test_a_key_of_another_certificate_is_noticed(folder: Path) -> None:
    """An interrupted renewal leaves a new key beside the old certificate."""
    (folder / "proxy.key").write_bytes((folder / "dns.key").read_bytes())
    before = _contents(folder)
    pki.ensure(folder, LEAVES, NOW)
    assert _changed(folder, before) == {"proxy.crt", "proxy.key"}
