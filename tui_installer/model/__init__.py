"""Pure values that all other rooms share; nothing here reads or writes anything."""
