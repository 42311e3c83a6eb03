"""One file for each command, with the command's name; `COMMAND` declares it, and `run` does the work.

A file imports at its top only what its declaration needs, because the list of commands needs every declaration.
The function that does the work imports what the work needs.
"""
