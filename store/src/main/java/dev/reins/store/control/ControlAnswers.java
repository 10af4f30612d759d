package dev.reins.store.control;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Wire;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads the database's {@code controls_answer}. */
public final class ControlAnswers {
    private ControlAnswers() {}

    public static Controls controls(ResultSet row, int rowNumber) throws SQLException {
        return new Controls(
                Wire.of(RunStatus.class, row.getString("status")),
                new Columns(row).wordOrNull("pause_reason", PauseReason.class),
                row.getString("message"),
                row.getBoolean("repeat_step"),
                new Columns(row).integerOrNull("max_steps"),
                new Columns(row).longOrNull("max_credits"),
                row.getLong("active_ms"));
    }
}
