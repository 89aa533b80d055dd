"""From a declaration and arguments to one Select each; nothing here runs a statement."""
