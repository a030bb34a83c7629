"""The organisation as a CSV file, in and out. Reading is planned and shown before it is done.

plan = plan_for(read(data))     # sentences about what would happen, and what hinders it
plan.check()                    # a dry run against the database, taken back afterwards
plan.apply(by=user, reason="…") # one transaction
"""

from qms.organization.exchange.planning import Plan, plan_for
from qms.organization.exchange.reading import Sheet, read
from qms.organization.exchange.writing import export

__all__ = ["Plan", "Sheet", "export", "plan_for", "read"]
