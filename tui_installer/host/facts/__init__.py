"""Readers of facts, one file per topic; each has TOPIC and `read(look)`."""
