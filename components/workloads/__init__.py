"""Workers and APIs of applications."""
