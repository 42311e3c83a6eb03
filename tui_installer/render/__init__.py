"""Pure builders of the text of configuration files."""
