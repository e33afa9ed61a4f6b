"""Proves what is said of External Secrets and its stores."""

import io

from commands.cluster import Cluster
from tests.commands.preflight.api import GROUP, Api, external_secrets, missing
from tests.program import stacks


def test_what_brings_passwords_is_there(place: Cluster, api: Api) -> None:
    external_secrets(api, "aws-secrets")
    assert missing(stacks.rds(), place) == []
    here = {"kind": "SecretStore", "name": "aws-secrets"}
    config = stacks.changed(stacks.rds(), aws__secrets__store=here, kubernetes__createNamespace=False)
    assert missing(config, place) == []


def test_a_database_of_an_application_needs_it_and_makes_its_secret_itself(place: Cluster, api: Api) -> None:
    config = stacks.with_databases(stacks.cloud(), aws=dict(stacks.AWS), aws__identity=dict(stacks.IRSA))
    external_secrets(api, "aws-secrets")
    assert missing(config, place) == []
    assert not [path for path in api.asked if path.startswith("/api/v1/namespaces/shop/secrets")]
    external_secrets(api)
    [line] = missing(config, place)
    assert line.startswith("ClusterSecretStore aws-secrets does not exist, and temporal:aws.secrets.store names it")
    other = {"secret": "theirs", "key": "url"}
    [line, _] = missing(stacks.changed(config, workloads__0__secretEnvironment__DATABASE_URL=other), place)
    assert line.startswith("Secret shop/theirs is missing: temporal:workloads[0].secretEnvironment.DATABASE_URL needs")


def test_nobody_asks_for_it_without_a_database_on_aws(place: Cluster, api: Api) -> None:
    assert missing(stacks.changed(stacks.local(), aws=dict(stacks.AWS)), place) == []
    assert not [path for path in api.asked if path.startswith("/apis/external-secrets.io")]


def test_no_operator(place: Cluster, api: Api) -> None:
    api.issuers()
    assert missing(stacks.rds(), place) == [
        (
            "External Secrets is not installed: the cluster serves no external-secrets.io/v1, and temporal:aws.secrets "
            "needs it. Install it, 2.9 or later (https://external-secrets.io)"
        )
    ]


def test_an_operator_without_all_of_its_definitions(place: Cluster, api: Api) -> None:
    external_secrets(api, "aws-secrets")
    del api.answers[f"/apis/generators.{GROUP}/v1alpha1"]
    api.answers[f"/apis/{GROUP}/v1"]["resources"].pop(0)
    assert missing(stacks.rds(), place) == [
        (
            "External Secrets is too old, or installed in part: the cluster serves no ExternalSecret of "
            "external-secrets.io/v1, no Password of generators.external-secrets.io/v1alpha1. Install 2.9 or later with "
            "its definitions"
        )
    ]


def test_no_such_store(place: Cluster, api: Api) -> None:
    external_secrets(api, "vault")
    assert missing(stacks.rds(), place) == [
        (
            "ClusterSecretStore aws-secrets does not exist, and temporal:aws.secrets.store names it; those there: "
            "vault. Make it, or name another one"
        )
    ]
    here = {"kind": "SecretStore", "name": "aws-secrets"}
    config = stacks.changed(stacks.rds(), aws__secrets__store=here, kubernetes__createNamespace=False)
    assert missing(config, place) == [
        (
            "SecretStore aws-secrets does not exist in namespace local, and temporal:aws.secrets.store names it; those "
            "there: vault. Make it, or name another one"
        )
    ]


def test_a_store_that_cannot_be_used(place: Cluster, api: Api) -> None:
    condition = {"type": "Ready", "status": "False", "message": "unable to create client"}
    external_secrets(api, "aws-secrets", status={"capabilities": "ReadOnly", "conditions": [condition]})
    assert missing(stacks.rds(), place) == [
        "ClusterSecretStore aws-secrets is not ready: unable to create client",
        (
            "ClusterSecretStore aws-secrets only reads, and passwords are written to it once: it must be AWS Secrets "
            "Manager's"
        ),
    ]


def test_stores_that_nobody_may_list(place: Cluster, api: Api) -> None:
    external_secrets(api, "aws-secrets")
    api.refused[f"/apis/{GROUP}/v1/clustersecretstores"] = 403
    said = io.StringIO()
    assert missing(stacks.rds(), place, said) == []
    assert (
        "ClusterSecretStores may not be listed in cluster tried (403 Forbidden): whether aws-secrets is there will be "
        "told by the program"
    ) in said.getvalue()


def test_authorities_that_the_stack_file_names(place: Cluster, api: Api) -> None:
    external_secrets(api, "aws-secrets")
    config = stacks.changed(stacks.rds(ca={"secret": "rds-roots", "key": "rds.pem"}), kubernetes__createNamespace=False)
    assert missing(config, place) == [
        (
            "Secret local/rds-roots is missing: temporal:database.ca needs rds.pem (the authorities of RDS in this "
            "region). Make it: kubectl -n local create secret generic rds-roots --from-file=rds.pem=<file>"
        )
    ]
