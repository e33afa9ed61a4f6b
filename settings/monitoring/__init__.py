"""How an installation is watched: `temporal:monitoring`, and the alerts that there are."""
