package dev.reins.store.admission;

import dev.reins.contracts.CostLevel;
import dev.reins.contracts.Guard;
import dev.reins.contracts.GuardVerdict;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.WaitingFor;
import dev.reins.contracts.Wire;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the database's {@code step_answer}. */
final class StepAnswers {
    private StepAnswers() {}

    static Admission admission(ResultSet row) throws SQLException {
        String kind = row.getString("kind");
        return switch (kind) {
            case "claimed" ->
                new Admission.Claimed(
                        row.getInt("claim"),
                        row.getInt("failed_calls"),
                        row.getInt("loop_repetitions"),
                        row.getInt("loop_cycle"));
            case "recorded" ->
                new Admission.AlreadyRecorded(StepStatus.COMPLETED, new Columns(row).jsonOrNull("output"), totals(row));
            default -> new Admission.NotAdmitted(notDone(row, Wire.of(StepNotDone.Kind.class, kind)));
        };
    }

    static Recording recording(ResultSet row) throws SQLException {
        return row.getString("kind").equals("recorded")
                ? new Recording.Recorded(totals(row))
                : new Recording.Superseded(totals(row));
    }

    /** What the guards said in the transaction that gave this answer; null if they were not asked. */
    static @Nullable Evaluation evaluation(ResultSet row) throws SQLException {
        Columns columns = new Columns(row);
        GuardVerdict verdict = columns.wordOrNull("verdict", GuardVerdict.class);
        return verdict == null
                ? null
                : new Evaluation(
                        columns.wordOrNull("guard", Guard.class),
                        verdict,
                        Duration.ofMillis(row.getLong("wait_ms")),
                        columns.wordOrNull("cost_level", CostLevel.class));
    }

    private static StepNotDone notDone(ResultSet row, StepNotDone.Kind kind) throws SQLException {
        return new StepNotDone(
                kind,
                new Columns(row).wordOrNull("waiting_for", WaitingFor.class),
                epochMs(new Columns(row).instantOrNull("wait_until")),
                new Columns(row).wordOrNull("pause_reason", PauseReason.class),
                new Columns(row).wordOrNull("stop_reason", StopReason.class),
                row.getString("message"),
                row.getInt("step_count"),
                row.getLong("credits_used"),
                row.getLong("active_ms"));
    }

    private static RunTotals totals(ResultSet row) throws SQLException {
        return new RunTotals(
                row.getInt("step_count"),
                row.getLong("credits_used"),
                row.getLong("input_tokens"),
                row.getLong("output_tokens"),
                row.getLong("active_ms"));
    }

    /** Rounded up: asked again then, the step must not come early. */
    private static @Nullable Long epochMs(@Nullable Instant until) {
        return until == null ? null : until.plusNanos(999_999).toEpochMilli();
    }
}
