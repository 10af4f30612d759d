package dev.reins.store.run;

import dev.reins.store.Columns;
import dev.reins.store.control.Receipt;
import dev.reins.store.run.RunViews.DecisionView;
import dev.reins.store.run.RunViews.MessageView;
import dev.reins.store.run.RunViews.ToolCallView;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Maps the rows of what belongs to a run. */
final class JournalRows {
    private JournalRows() {}

    static MessageView message(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new MessageView(
                row.getLong("id"),
                columns.text("role"),
                columns.json("content"),
                columns.integerOrNull("step_number"),
                columns.instant("created_at"));
    }

    static ToolCallView toolCall(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new ToolCallView(
                columns.text("id"),
                columns.text("tool"),
                columns.text("category"),
                columns.json("input"),
                columns.jsonOrNull("output"),
                columns.text("status"),
                columns.textOrNull("error_message"),
                columns.longOrNull("duration_ms"),
                row.getLong("credits"),
                row.getInt("claims"),
                row.getInt("step_number"),
                columns.instantOrNull("started_at"));
    }

    static DecisionView decision(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new DecisionView(
                row.getLong("id"),
                row.getInt("step_number"),
                columns.textOrNull("guard"),
                columns.wholeOrNull("limit_value"),
                columns.textOrNull("limit_source"),
                columns.wholeOrNull("observed"),
                columns.wholeOrNull("remaining"),
                columns.instantOrNull("reset_at"),
                columns.text("verdict"),
                columns.longOrNull("wait_ms"),
                columns.textOrNull("reason"),
                columns.instant("at"));
    }

    /** With the place among the run's receipts that pages go by. */
    record OrderedReceipt(long ordinal, Receipt receipt) {}

    static OrderedReceipt receipt(ResultSet row, int index) throws SQLException {
        return new OrderedReceipt(row.getLong("ordinal"), Receipt.of(new Columns(row)));
    }
}
