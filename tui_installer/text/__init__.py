"""Words for people: languages, widths and numbers, the words of outcomes, a plan as text."""
