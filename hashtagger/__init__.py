"""Recommends hashtags for a photo, offline, learned from posts."""
