"""A run seen from outside: its start, its forecast, its journal and its output. The engine writes, these read."""
