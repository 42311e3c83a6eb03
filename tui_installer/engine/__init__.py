"""The process that does the work and writes the journal."""
