"""Proves that Pulumi.yaml switches default providers off: what is not given a provider of the stack lands nowhere."""

import shutil

import pytest

from tests.commands.checkout import ROOT, Checkout

LOST_RULE = f"""\
import sys

import pulumi

sys.path.insert(0, {str(ROOT)!r})
from components.temporalcloud.resources import ConnectivityRule

ConnectivityRule("lost", connectivity_type="public", opts=pulumi.ResourceOptions())
"""
PROGRAMS = {
    "kubernetes": 'import pulumi_kubernetes as k8s\n\nk8s.core.v1.ConfigMap("lost", data={"key": "value"})\n',
    "temporalcloud": LOST_RULE,
    "aws": 'import pulumi_aws as aws\n\naws.kms.Key("lost", enable_key_rotation=True)\n',
}


@pytest.mark.parametrize("package", PROGRAMS)
def test_a_resource_without_a_provider_is_refused(checkout: Checkout, package: str) -> None:
    """Neither the kubeconfig's current context nor whatever credentials the environment has are taken for it."""
    shutil.copy(ROOT / "Pulumi.yaml", checkout.root / "Pulumi.yaml")
    (checkout.root / "__main__.py").write_text(PROGRAMS[package])
    ran = checkout.run("preview", STACK="small")
    assert ran.code == 1
    assert f"Default provider for '{package}' disabled" in ran.err
