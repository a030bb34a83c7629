"""Measurements that anybody can repeat: how fast the pages are, and how that grows."""
