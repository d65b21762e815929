"""The editor, one file per noun. Each view: load, require, one form, one operation, answer."""
