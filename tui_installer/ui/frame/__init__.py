"""How every screen is built: title, body, hint, buttons and keys; pages, dialogs and lists."""
