"""Readers of facts, one file a topic; each has TOPIC and `read(look)`."""
