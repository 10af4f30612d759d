package dev.reins.api;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes events of a run, as what happens to it would. */
final class EventWriting {
    private final JdbcClient jdbc;

    EventWriting(RunningApi api) {
        this.jdbc = api.database.jdbc();
    }

    void append(String runId, String type) {
        jdbc.sql("""
                        select save_run(append_event(lock_run(:run), :type, null, '{"said": "näch\\u2028ste\\nZeile"}', reins_now()))
                        """)
                .param("run", runId)
                .param("type", type)
                .query((row, index) -> type)
                .single();
    }

    /** {@code count} events in one transaction. */
    void appendMany(String runId, int count) {
        jdbc.sql("""
                        with first as (select event_seq from runs where id = :run),
                        written as (
                            insert into events (run_id, seq, project_id, type)
                            select :run, first.event_seq + n, project_id, 'step.started'
                            from first, runs, generate_series(1, :count) n where runs.id = :run order by n
                        )
                        update runs set event_seq = event_seq + :count where id = :run
                        """).param("run", runId).param("count", count).update();
    }

    void finish(String runId) {
        finish(runId, "execution");
    }

    void finish(String runId, String execution) {
        jdbc.sql("select reins_finish(:run, :execution, false, 'completed', 'done', null, null)")
                .param("run", runId)
                .param("execution", execution)
                .query(Boolean.class)
                .single();
    }

    /** As another execution. */
    void reset(String runId, String execution) {
        jdbc.sql("select reins_adopt(:run, :execution, true, null)")
                .param("run", runId)
                .param("execution", execution)
                .query(Boolean.class)
                .single();
    }
}
