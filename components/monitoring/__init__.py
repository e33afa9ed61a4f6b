"""What reads metrics, judges them, shows them and tells people."""
