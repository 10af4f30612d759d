package dev.reins.store.run;

import dev.reins.contracts.RunId;
import dev.reins.store.Columns;
import dev.reins.store.Cursor;
import dev.reins.store.Slice;
import dev.reins.store.control.Receipt;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import tools.jackson.databind.JsonNode;

/** Reads runs and what belongs to them, as the wire shows it. Lists of a run are oldest first, pages go by an id seen last. */
public final class RunViews {
    private static final RunRow RUN = new RunRow();

    private final JdbcClient jdbc;
    private final RunCounts counts;

    public RunViews(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.counts = new RunCounts(jdbc);
    }

    /** @param nextCursor opaque; null on the last page */
    public record Page<T>(List<T> items, @Nullable String nextCursor) {}

    public record MessageView(
            long id,
            String role,
            JsonNode content,
            @Nullable Integer stepNumber,
            Instant createdAt) {}

    public record ToolCallView(
            String id,
            String toolName,
            String category,
            JsonNode input,
            @Nullable JsonNode output,
            String status,
            @Nullable String errorMessage,
            @Nullable Long durationMs,
            long credits,
            int attempt,
            int stepNumber,
            @Nullable Instant startedAt) {}

    public record DecisionView(
            long id,
            int stepNumber,
            @Nullable String guard,
            @Nullable Long limit,
            @Nullable String limitSource,
            @Nullable Long observed,
            @Nullable Long remaining,
            @Nullable Instant resetAt,
            String verdict,
            @Nullable Long waitMs,
            @Nullable String reason,
            Instant at) {}

    public record EventView(
            long seq, String type, Instant at, @Nullable Integer stepNumber, JsonNode data) {
        public static EventView of(Columns row) throws SQLException {
            return new EventView(
                    row.row().getLong("seq"),
                    row.text("type"),
                    row.instant("at"),
                    row.integerOrNull("step_number"),
                    row.json("data"));
        }
    }

    public Optional<RunView> find(RunId runId) {
        return jdbc.sql("select * from shown_runs where id = :run")
                .param("run", runId.value())
                .query(RUN)
                .optional();
    }

    /**
     * Newest first.
     *
     * @throws dev.reins.contracts.RequestRejected invalid_request for a cursor that is none of ours
     */
    public Page<RunView> list(RunFilter filter, int limit, @Nullable String cursor) {
        String cursors = Cursor.listOf("runs", filter);
        Newest before = cursor == null ? Newest.OF_ALL : Cursor.decode(cursors, cursor, Newest::parse);
        StatementSpec query =
                jdbc.sql("""
                        select * from shown_runs
                        where project_id = :project
                          and (created_at, id) < (cast(:beforeTime as timestamptz), :beforeId)
                          and status = any (string_to_array(:statuses, ','))
                          and (cast(:agent as text) is null or agent_id = :agent)
                          and (cast(:user as text) is null or user_id = :user)
                          and created_at >= cast(:from as timestamptz) and created_at <= cast(:to as timestamptz)
                        order by created_at desc, id desc
                        limit :limit
                        """).param("beforeTime", before.createdAt()).param("beforeId", before.id());
        return page(filter.bind(query), RUN, limit, run -> new Cursor(cursors, run.createdAt() + " " + run.id()));
    }

    /**
     * What is asked most, of a project or of a user in it, by status or not, costs the same however many there are; else an
     * index is read.
     */
    public long count(RunFilter filter) {
        if (filter.isNarrowed()) {
            return countNarrowed(filter);
        }
        String user = filter.userId();
        return user == null
                ? counts.of(filter.projectId(), filter.statusWords())
                : counts.of(filter.projectId(), user, filter.statusWords());
    }

    private long countNarrowed(RunFilter filter) {
        StatementSpec query = jdbc.sql("""
                select count(*) from runs
                where project_id = :project
                  and status = any (string_to_array(:statuses, ','))
                  and (cast(:agent as text) is null or agent_id = :agent)
                  and (cast(:user as text) is null or user_id = :user)
                  and created_at >= cast(:from as timestamptz) and created_at <= cast(:to as timestamptz)
                """);
        return filter.bind(query).query(Long.class).single();
    }

    /** With those that it inherited from the runs it continues. */
    public Page<MessageView> messages(RunId runId, int limit, @Nullable String cursor) {
        StatementSpec query = jdbc.sql("""
                with recursive keys as materialized (
                    select array_agg(run_id order by id) as runs, array_agg(id order by id) as ids
                    from (select said.* from conversation_of(:run) cross join lateral (
                        select run_id, id from messages
                        where run_id = source_run and id > :after and id <= until_message
                        order by id limit :limit + 1) said order by id limit :limit + 1) said
                ), page as (
                    select 0 as number, 0::bigint as bytes
                    union all
                    select number + 1, bytes + octet_length(content::text)
                    from page cross join keys
                    join messages on run_id = runs[number + 1] and id = ids[number + 1]
                    where bytes <= :bytes
                )
                select id, role, content, step_number, created_at, number < cardinality(ids) as more
                from page cross join keys join messages on run_id = runs[number] and id = ids[number]
                where number = 1 or number <= :limit and bytes <= :bytes
                order by number
                """);
        return weighedPage(
                of(runId, query, "messages", cursor),
                JournalRows::message,
                limit,
                message -> after(runId, "messages", message.id()));
    }

    /** The calls that got as far as running or being refused. */
    public Page<ToolCallView> toolCalls(RunId runId, int limit, @Nullable String cursor) {
        StatementSpec query = jdbc.sql("""
                with recursive keys as materialized (
                    select array_agg(step_number order by step_number) as keys
                    from (select step_number from steps
                        where run_id = :run and step_number > :after and kind = 'tool' and status <> 'waiting'
                        order by step_number limit :limit + 1) calls
                ), page as (
                    select 0 as number, 0::bigint as bytes
                    union all
                    select number + 1, bytes + octet_length(input::text) + coalesce(octet_length(output::text), 0)
                        + coalesce(octet_length(error_message), 0)
                    from page cross join keys
                    join recorded_steps on run_id = :run and step_number = keys[number + 1]
                    where bytes <= :bytes
                )
                select run_id || '/' || step_number as id, tool, category, input, output, status, error_message,
                       case when claim_token is not null
                           then floor(extract(epoch from finished_at - started_at) * 1000)::bigint end as duration_ms,
                       credits, claims, step_number, started_at, number < cardinality(keys) as more
                from page cross join keys join recorded_steps on run_id = :run and step_number = keys[number]
                where number = 1 or number <= :limit and bytes <= :bytes
                order by number
                """);
        return weighedPage(
                of(runId, query, "tool-calls", cursor),
                JournalRows::toolCall,
                limit,
                call -> after(runId, "tool-calls", call.stepNumber()));
    }

    public Page<DecisionView> decisions(RunId runId, int limit, @Nullable String cursor) {
        StatementSpec query = jdbc.sql("""
                select id, step_number, guard, limit_value, limit_source, observed, remaining, reset_at, verdict,
                       wait_ms, reason, at
                from guard_decisions
                where run_id = :run and id > :after order by id limit :limit
                """);
        return page(
                of(runId, query, "guard-decisions", cursor),
                JournalRows::decision,
                limit,
                decision -> after(runId, "guard-decisions", decision.id()));
    }

    public Page<Receipt> receipts(RunId runId, int limit, @Nullable String cursor) {
        StatementSpec query = jdbc.sql("""
                select ordinal, id, verb, door, by, reason, requested_at, delivered_at, effective_at, refused_at,
                       refused_code
                from control_receipts
                where run_id = :run and ordinal > :after order by ordinal limit :limit
                """);
        Page<JournalRows.OrderedReceipt> page = page(
                of(runId, query, "receipts", cursor),
                JournalRows::receipt,
                limit,
                receipt -> after(runId, "receipts", receipt.ordinal()));
        return new Page<>(
                page.items().stream().map(JournalRows.OrderedReceipt::receipt).toList(), page.nextCursor());
    }

    public Page<EventView> events(RunId runId, int limit, @Nullable String cursor) {
        StatementSpec query = jdbc.sql("""
                select seq, type, at, step_number, data from events
                where run_id = :run and seq > :after order by seq limit :limit
                """);
        return page(
                of(runId, query, "events", cursor),
                (row, index) -> EventView.of(new Columns(row)),
                limit,
                event -> after(runId, "events", event.seq()));
    }

    private static StatementSpec of(RunId runId, StatementSpec query, String list, @Nullable String cursor) {
        return query.param("run", runId.value())
                .param("after", cursor == null ? 0 : Cursor.decode(listOf(runId, list), cursor, Long::valueOf));
    }

    private static String listOf(RunId runId, String list) {
        return Cursor.listOf(list, runId);
    }

    private static Cursor after(RunId runId, String list, long id) {
        return new Cursor(listOf(runId, list), Long.toString(id));
    }

    /** Reads one row more than asked for, which tells whether there is a next page. */
    private static <T> Page<T> page(StatementSpec query, RowMapper<T> row, int limit, Function<T, Cursor> place) {
        return page(Slice.of(query.param("limit", limit + 1).query(row).list(), limit), place);
    }

    private static <T> Page<T> weighedPage(
            StatementSpec query, RowMapper<T> row, int limit, Function<T, Cursor> place) {
        return page(Slice.weighed(query, row, limit), place);
    }

    private static <T> Page<T> page(Slice<T> slice, Function<T, Cursor> place) {
        return new Page<>(slice.items(), slice.nextCursor(place));
    }

    /** The place in the list of runs, newest first, of the run seen last. */
    private record Newest(String createdAt, String id) {
        static final Newest OF_ALL = new Newest("infinity", "");

        static Newest parse(String text) {
            int space = text.indexOf(' ');
            Instant createdAt = Instant.parse(text.substring(0, space));
            return new Newest(RunFilter.timestamp(createdAt), new RunId(text.substring(space + 1)).value());
        }
    }
}
