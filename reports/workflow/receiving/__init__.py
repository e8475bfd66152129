"""Receives documents from files, folders, zips and lists: each is stored once by its sha256, then drafted."""
