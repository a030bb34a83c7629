"""Triggers that a session cannot switch off.

pgtrigger lets any session name triggers to ignore. The rules that protect history must not
obey that, so these call a database function of our own which never looks at the setting.
"""

import pgtrigger


class Hard(pgtrigger.Protect):
    """Refuse an operation, whoever asks and whatever the session says."""

    def render_execute(self, model):
        """Call our own refusal instead of pgtrigger's function."""
        return "takt_refuse()"


class HardTruncate(pgtrigger.Trigger):
    """Refuse TRUNCATE, which fires once per statement."""

    when = pgtrigger.Before
    level = pgtrigger.Statement
    operation = pgtrigger.Truncate
    func = "return null;"  # pgtrigger wants one of its own; ours runs instead

    def render_execute(self, model):
        """Call our own refusal."""
        return "takt_refuse()"


CREATE_REFUSAL = """
create or replace function takt_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'takt: % on % is not allowed', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$
"""

# The argument is every allowed pair, 'old>new,old>new'. A function of its own per machine would
# say the same thing many times.
CREATE_STATUS_GUARD = """
create or replace function takt_guard_status() returns trigger language plpgsql as $$
begin
  if new.status is distinct from old.status
     and not (old.status || '>' || new.status) = any (string_to_array(tg_argv[0], ',')) then
    raise exception 'takt: % may not go from % to %', tg_table_name, old.status, new.status
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$
"""


class StatusGuard(pgtrigger.Trigger):
    """Refuse a change of status that no verb makes, also by raw SQL."""

    when = pgtrigger.Before
    operation = pgtrigger.Update
    func = "return new;"  # pgtrigger wants one of its own; the shared guard runs instead

    def __init__(self, *, name: str, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs
        super().__init__(name=name)

    def render_execute(self, model):
        """Call the shared guard with this machine's pairs."""
        return "takt_guard_status('{}')".format(",".join(f"{old}>{new}" for old, new in self.pairs))
