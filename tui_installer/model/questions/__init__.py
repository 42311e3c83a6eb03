"""The sections of the answers file: each key with its type, default, kind, help and row of the documentation."""
