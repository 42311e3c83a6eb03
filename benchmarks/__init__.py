"""Measurements of time and memory, printed as ratios within one run; nothing here is a test."""
