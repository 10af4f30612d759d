-- Tables restored from a dump may come to a server whose transaction numbers are lower than where they came from. What is
-- written from now on still comes after what was: no visible event lies beyond every number that is taken.
update event_clock set base = latest + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
from (
    select max(position) as latest
    from projects
    cross join lateral (
        select position from events where project_id = projects.id order by position desc limit 1
    ) as of_project
) as events
where latest >= base + pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
