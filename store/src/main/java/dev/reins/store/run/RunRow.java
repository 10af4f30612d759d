package dev.reins.store.run;

import dev.reins.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.springframework.jdbc.core.RowMapper;

/** Maps a row of the view {@code shown_runs}. */
final class RunRow implements RowMapper<RunView> {
    @Override
    public RunView mapRow(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new RunView(
                columns.text("id"),
                columns.text("project_id"),
                columns.textOrNull("agent_id"),
                columns.integerOrNull("definition_version"),
                columns.text("user_id"),
                columns.text("status"),
                columns.textOrNull("waiting_for"),
                columns.instantOrNull("waiting_until"),
                columns.textOrNull("waiting_message"),
                columns.textOrNull("pause_reason"),
                columns.textOrNull("stop_reason"),
                columns.textOrNull("error_code"),
                columns.textOrNull("error_message"),
                row.getInt("step_count"),
                columns.integerOrNull("max_steps"),
                row.getLong("credits_used"),
                row.getLong("credits_reserved"),
                columns.longOrNull("max_credits"),
                columns.text("cost_level"),
                row.getLong("input_tokens"),
                row.getLong("output_tokens"),
                columns.textOrNull("phase"),
                columns.instant("created_at"),
                columns.instantOrNull("started_at"),
                columns.instantOrNull("finished_at"),
                columns.longOrNull("duration_ms"),
                row.getLong("active_ms"),
                row.getLong("waiting_ms"),
                row.getLong("paused_ms"),
                columns.textOrNull("parent_run_id"),
                columns.textOrNull("root_run_id"),
                columns.textOrNull("resumed_from"),
                row.getInt("generation"),
                columns.text("started_via"),
                columns.text("id"));
    }
}
