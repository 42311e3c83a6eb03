"""The known failures by the tool that shows them; one entry each, most telling first."""
