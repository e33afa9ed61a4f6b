"""The engine's complaints, cleaned. The texts are what Pulumi 3.256 wrote."""

from commands.diagnostics import readable, warnings

CRASH = """\
Program failed with an unhandled exception:
Traceback (most recent call last):
  File "/checkout/__main__.py", line 22, in <module>
    main()
  File "/checkout/components/a.py", line 7, in main
    raise ValueError("x")
    ^^^^^^^^^^^^^^^^^^^^^
ValueError: x

"""


def test_noise_goes() -> None:
    """What follows a refusal adds nothing; what was said twice is said once."""
    refusal = "Pulumi.local.yaml: temporal:nmae: unknown; did you mean temporal:name?\n"
    noise = "an unhandled error occurred: program exited with non-zero exit code: 1\n"
    assert readable([refusal, noise, "update failed\n", refusal]) == [refusal.strip()]
    assert readable(["error: preview failed\n", "warning: using pulumi-language-python from $PATH at /x\n"]) == []


def test_traceback_becomes_its_reason() -> None:
    """The exception and the place it was raised at; the frames stay in the log."""
    assert readable([CRASH]) == [
        "Program failed with an unhandled exception: ValueError: x (raised in /checkout/components/a.py, line 7)"
    ]


def test_several_lines_stay() -> None:
    """A provider's reasons come in lines; the CLI's own prefix goes."""
    message = "error: 2 errors occurred:\n\t* pod a: ImagePullBackOff\n\t* pod b: no node fits\n"
    assert readable([message]) == ["2 errors occurred:\n\t* pod a: ImagePullBackOff\n\t* pod b: no node fits"]


def test_warnings() -> None:
    """The program's own and a plugin's with its resource, each once; talk of plugins and other severities are not."""
    urn = "urn:pulumi:local::temporal::kubernetes:core/v1:Endpoints::web"
    said = [
        {"severity": "warning", "message": "warning: using pulumi-resource-tls from $PATH at /x/pulumi-resource-tls\n"},
        {
            "severity": "warning",
            "message": "warning: resource plugin tls is expected to have version >=5.5.1, but has\n",
        },
        {"severity": "warning", "message": "warning: few shards\nand more\n"},
        {"severity": "warning", "message": "warning: few shards\nand more\n"},
        {"severity": "warning", "message": "warning: v1 Endpoints is deprecated\n", "urn": urn},
        {"severity": "info", "message": "nothing to worry about\n"},
    ]
    assert warnings(said) == ["few shards\nand more", "web: v1 Endpoints is deprecated"]
