package dev.reins.store.event;

import dev.reins.store.Columns;
import dev.reins.store.event.StoredEvent.ProjectEventView;
import dev.reins.store.run.RunViews.EventView;
import dev.reins.store.run.RunViews.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads events for those who follow them. Of a run, everything committed; of a project, what lies below the horizon, that
 * is what no transaction still running can come before. So a transaction that writes and stays open holds up the projects'
 * events, and none is ever passed over. Thread-safe.
 */
public final class EventLog {
    /** Events of a project among which a user's are looked for first: to read them takes some milliseconds. */
    private static final int NEAR = 10_000;

    /** Before the user's runs are asked for theirs, all of them: who fills no page of 100 here has less than one in a thousand. */
    private static final int FAR = 100_000;

    /** The {@code offset 0} keeps PostgreSQL from reading the project's index for each run. */
    private static final String OF_USER = """
                with near as materialized (
                    select position, run_id, seq from events
                    where project_id = :project and position >= :position and position < event_horizon()
                      and (position, run_id collate "C", seq) > (:position, :run, :seq)
                    order by position, run_id collate "C", seq
                    limit :among
                ), near_of_user as materialized (
                    select near.* from near join runs r on r.id = near.run_id
                    where r.user_id = :user
                    order by position, run_id collate "C", seq
                    limit :limit
                ), of_user as (
                    select * from near_of_user
                    union all
                    select e.* from runs r
                    cross join lateral (
                        select * from (
                            select position, run_id, seq from events where run_id = r.id order by seq offset 0
                        ) as of_run
                        where position < (select event_horizon())
                          and (position, run_id collate "C", seq) > (
                            select position, run_id collate "C", seq from near
                            order by position desc, run_id collate "C" desc, seq desc limit 1)
                        order by seq
                        limit :limit
                    ) as e
                    where :ofRuns and r.user_id = :user and r.project_id = :project
                      and (select count(*) from near) = :among
                      and (select count(*) from near_of_user) < :limit
                ), page as materialized (
                    select * from of_user order by position, run_id collate "C", seq limit :limit
                )
                select events.*, cast(:user as text) as user_id
                from page join events using (run_id, seq)
                order by page.position, page.run_id collate "C", page.seq
                """;

    private final JdbcClient jdbc;
    private final int near;
    private final int far;

    public EventLog(JdbcClient jdbc) {
        this(jdbc, NEAR, FAR);
    }

    EventLog(JdbcClient jdbc, int near, int far) {
        this.jdbc = jdbc;
        this.near = near;
        this.far = far;
    }

    /** The events of one run after that seq, oldest first. */
    public List<StoredEvent> ofRun(String runId, long seq, int limit) {
        return ofRuns(Map.of(runId, new EventPlace(0, runId, seq)), limit);
    }

    /**
     * The events of a project after that place, oldest first.
     *
     * @param userId only of this user's runs; null: of all
     */
    public List<StoredEvent> ofProject(String projectId, @Nullable String userId, EventPlace after, int limit) {
        return userId == null ? ofProjects(Map.of(projectId, after), limit) : ofUser(projectId, userId, after, limit);
    }

    /**
     * Those among the project's next ones, near and then far; where that is not enough, the user's runs are asked for theirs.
     * So neither a user with few events in a large project nor one with most of them has all events read.
     */
    private List<StoredEvent> ofUser(String projectId, String userId, EventPlace after, int limit) {
        List<StoredEvent> events = ofUser(projectId, userId, after, limit, near, false);
        return events.size() == limit ? events : ofUser(projectId, userId, after, limit, far, true);
    }

    private List<StoredEvent> ofUser(
            String projectId, String userId, EventPlace after, int limit, int among, boolean ofRuns) {
        return jdbc.sql(OF_USER)
                .param("project", projectId)
                .param("user", userId)
                .param("position", after.position())
                .param("run", after.runId())
                .param("seq", after.seq())
                .param("among", among)
                .param("ofRuns", ofRuns)
                .param("limit", limit)
                .query(EventLog::event)
                .list();
    }

    /** A page of a project's events, oldest first; {@code cursor} may be the id of any of them. */
    public Page<ProjectEventView> page(String projectId, @Nullable String userId, int limit, @Nullable String cursor) {
        EventPlace after = cursor == null ? EventPlace.START : EventPlace.decode(projectId, cursor);
        List<ProjectEventView> rows = ofProject(projectId, userId, after, limit + 1).stream()
                .map(StoredEvent::ofProject)
                .toList();
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        return new Page<>(rows.subList(0, limit), rows.get(limit - 1).id());
    }

    /** What came after those places: by run, at most {@code limit} of each, oldest first. */
    public List<StoredEvent> ofRuns(Map<String, EventPlace> after, int limit) {
        return jdbc.sql("""
                        select e.*, r.user_id
                        from unnest(:runs, :seqs) as seen (run_id, seq)
                        cross join lateral (
                            select * from events where run_id = seen.run_id and seq > seen.seq order by seq limit :limit
                        ) as e
                        join runs r on r.id = e.run_id
                        order by e.run_id, e.seq
                        """)
                .param("runs", texts(after, EventPlace::runId))
                .param("seqs", numbers(after, EventPlace::seq))
                .param("limit", limit)
                .query(EventLog::event)
                .list();
    }

    /** What came after those places: by project, at most {@code limit} of each, oldest first. */
    public List<StoredEvent> ofProjects(Map<String, EventPlace> after, int limit) {
        return jdbc.sql("""
                        select e.*
                        from unnest(:projects, :positions, :runs, :seqs) as seen (project_id, position, run_id, seq)
                        cross join lateral (
                            select events.*, r.user_id
                            from events
                            join runs r on r.id = events.run_id
                            where events.project_id = seen.project_id
                              and events.position >= seen.position and events.position < event_horizon()
                              and (events.position, events.run_id collate "C", events.seq)
                                > (seen.position, seen.run_id, seen.seq)
                            order by events.position, events.run_id collate "C", events.seq
                            limit :limit
                        ) as e
                        order by e.project_id, e.position, e.run_id collate "C", e.seq
                        """)
                .param("projects", after.keySet().toArray(String[]::new))
                .param("positions", numbers(after, EventPlace::position))
                .param("runs", texts(after, EventPlace::runId))
                .param("seqs", numbers(after, EventPlace::seq))
                .param("limit", limit)
                .query(EventLog::event)
                .list();
    }

    /** The place after which a run's next event stands. */
    public EventPlace endOfRun(String runId) {
        long seq = jdbc.sql("select event_seq from runs where id = :run")
                .param("run", runId)
                .query(Long.class)
                .single();
        return new EventPlace(0, runId, seq);
    }

    /** The place after which all events stand that are not below the horizon yet. */
    public EventPlace horizon() {
        return new EventPlace(
                jdbc.sql("select event_horizon()").query(Long.class).single(), "", 0);
    }

    private static String[] texts(Map<String, EventPlace> places, Function<EventPlace, String> part) {
        return places.values().stream().map(part).toArray(String[]::new);
    }

    private static Long[] numbers(Map<String, EventPlace> places, ToLongFunction<EventPlace> part) {
        return places.values().stream().map(part::applyAsLong).toArray(Long[]::new);
    }

    private static StoredEvent event(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        var place = new EventPlace(row.getLong("position"), columns.text("run_id"), row.getLong("seq"));
        return new StoredEvent(place, columns.text("project_id"), columns.text("user_id"), EventView.of(columns));
    }
}
