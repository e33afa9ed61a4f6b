"""What reads the server's metrics, judges them and tells people."""
