"""Dialogs that ask what an operation has to know."""
