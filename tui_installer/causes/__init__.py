"""The known failures by the tool that shows them; one entry each, the most specific first."""
