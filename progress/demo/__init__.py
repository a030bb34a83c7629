"""The demo group: a whole municipality with invented people and three years of deviations.

Everything here follows from one seed and one day, so that two runs tell the same story.
"""
