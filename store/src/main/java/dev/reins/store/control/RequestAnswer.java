package dev.reins.store.control;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Wire;
import dev.reins.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The database's {@code request_answer}: a request accepted with its receipt, or refused with a code and what helps. */
record RequestAnswer(
        @Nullable String receiptId,
        @Nullable String status,
        boolean standing,
        @Nullable String refusedCode,
        @Nullable String message,
        long neededSteps,
        long neededCredits,
        @Nullable Long cap) {

    static RequestAnswer of(ResultSet row, int rowNumber) throws SQLException {
        return new RequestAnswer(
                row.getString("receipt_id"),
                row.getString("status"),
                row.getBoolean("standing"),
                row.getString("refused_code"),
                row.getString("message"),
                row.getLong("needed_steps"),
                row.getLong("needed_credits"),
                new Columns(row).longOrNull("cap"));
    }

    /** The id of the receipt, if the request was accepted. */
    String accepted() {
        if (refusedCode != null) {
            ErrorCode code = Wire.of(ErrorCode.class, refusedCode);
            throw new RequestRejected(code, Objects.requireNonNullElse(message, refusedCode), List.of(), details(code));
        }
        return Objects.requireNonNull(receiptId);
    }

    RunStatus runStatus() {
        return Wire.of(RunStatus.class, Objects.requireNonNull(status));
    }

    private Map<String, Object> details(ErrorCode code) {
        return switch (code) {
            case RUN_STATE -> Map.of("runStatus", runStatus().wire());
            case NO_ROOM ->
                Map.of(
                        "needed",
                        Map.of("steps", neededSteps, "credits", neededCredits),
                        "runStatus",
                        runStatus().wire());
            case LIMIT_ABOVE_CAP -> cap == null ? Map.of() : Map.of("limit", cap);
            default -> Map.of();
        };
    }
}
