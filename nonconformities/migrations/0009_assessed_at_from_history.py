"""When each case was first assessed stands in its story; from now on also on its row."""

from django.db import migrations

FROM_THE_STORY = """
update nonconformities_nonconformity as known set assessed_at = told.at
from (
  select event.object_id, min(event.at) as at from history_event as event
  join django_content_type as kind on kind.id = event.content_type_id
  where kind.app_label = 'nonconformities' and kind.model = 'nonconformity'
    and event.verb in ('assess', 'dismiss')
  group by event.object_id
) as told
where told.object_id = known.id and known.assessed_at is null
"""


class Migration(migrations.Migration):
    dependencies = [
        ("nonconformities", "0008_assessed_at"),
        ("history", "0002_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunSQL(FROM_THE_STORY, migrations.RunSQL.noop, elidable=True)]
