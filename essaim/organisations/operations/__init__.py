"""The acts of this room, one file a subject. `by` is None only from the command line."""
