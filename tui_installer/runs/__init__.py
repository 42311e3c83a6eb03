"""A run seen from outside: its start, forecast, journal and output. The engine writes them, this room reads them."""
