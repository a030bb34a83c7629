"""The shape of the tree: who lies below whom, and what keeps it a tree."""

import pgtrigger
from django.db import connection

# A closed unit hangs below its successor, so that rights and figures roll up to it, but only
# within the authority: another board's people do not inherit what this board knew.
REBUILD_REACH = """
with recursive place as (
  select unit.id, unit.authority,
         case when unit.successor_id is not null and unit.valid_until < %s
                   and heir.authority = unit.authority
              then unit.successor_id else unit.parent_id end as above
  from organization_unit as unit left join organization_unit as heir on heir.id = unit.successor_id
), upward as (
  select id, id as ancestor, above, authority, true as same from place
  union all
  select upward.id, place.id, place.above, upward.authority,
         upward.same and place.authority = upward.authority
  from upward join place on place.id = upward.above
) cycle ancestor set is_cycle using path,
reach as (
  select ancestor as id, array_agg(id order by id) as every_unit,
         array_agg(id order by id) filter (where same) as own
  from upward where not is_cycle group by ancestor
)
update organization_unit as unit set reach = reach.every_unit, own_reach = reach.own
from reach where reach.id = unit.id
  and (unit.reach, unit.own_reach) is distinct from (reach.every_unit, reach.own)
"""

# Walks upward from the new place. Two moves at once wait for each other here, also by raw SQL:
# each alone would be fine and both together would close a ring.
CREATE_NO_CYCLE = """
create or replace function takt_no_cycle() returns trigger language plpgsql as $$
declare above bigint := new.parent_id;
begin
  if above is null then return new; end if;
  perform pg_advisory_xact_lock(hashtext('takt_tree'));
  while above is not null loop
    if above = new.id then
      raise exception 'takt: unit % would lie below itself', new.code
        using errcode = 'integrity_constraint_violation';
    end if;
    select parent_id into above from organization_unit where id = above;
  end loop;
  return new;
end $$
"""


class NoCycle(pgtrigger.Trigger):
    """Refuse a unit that would lie below itself, whoever asks and whatever the session says."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.UpdateOf("parent_id")
    func = "return new;"  # pgtrigger wants one of its own; ours runs instead

    def render_execute(self, model):
        """Call our own guard, which no session can switch off."""
        return "takt_no_cycle()"


def lock_tree() -> None:
    """Let reorganisations take turns until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('takt_tree'))")
