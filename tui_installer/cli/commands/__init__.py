"""One file a command, called like it; `COMMAND` declares it, and `run` does it.

A file loads at its top only what its declaration needs, for the list of all commands needs every declaration; what the
work needs is loaded by the function that does it.
"""
