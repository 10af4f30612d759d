package dev.reins.store.control;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Wire;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads the database's {@code controls_answer}. */
public final class ControlAnswers {
    /** Characters of a message that travel on into the workflow's history; the whole is in the run's row. */
    private static final int PREVIEW = 200;

    private ControlAnswers() {}

    public static Controls controls(ResultSet row, int rowNumber) throws SQLException {
        return new Controls(
                Wire.of(RunStatus.class, row.getString("status")),
                new Columns(row).wordOrNull("pause_reason", PauseReason.class),
                preview(row.getString("message")),
                row.getBoolean("repeat_step"),
                new Columns(row).integerOrNull("max_steps"),
                new Columns(row).longOrNull("max_credits"),
                row.getLong("active_ms"));
    }

    private static @Nullable String preview(@Nullable String message) {
        return message == null || message.length() <= PREVIEW ? message : message.substring(0, PREVIEW - 1) + "…";
    }
}
