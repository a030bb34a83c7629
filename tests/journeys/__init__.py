"""Journeys: whole stories over HTTP, as a browser without JavaScript would go them."""
