"""Screens outside the wizard: before it, after it, and over it."""
