"""What no single key can get wrong: keys of one stack file that do not fit together. A file a subject."""
