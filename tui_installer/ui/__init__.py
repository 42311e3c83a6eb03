"""The screens: what a person sees and presses; the only room that imports Textual."""
