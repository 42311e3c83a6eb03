"""The frame of every screen: title, body, hint, buttons and keys; pages, dialogs and lists."""
