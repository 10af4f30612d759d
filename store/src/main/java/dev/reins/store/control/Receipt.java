package dev.reins.store.control;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.reins.contracts.Door;
import dev.reins.contracts.Verb;
import dev.reins.store.Columns;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of a control request: requested, delivered to the workflow, and then effective or refused. */
public record Receipt(
        String id,
        Verb verb,
        Door door,
        @Nullable String by,
        @Nullable String reason,
        Instant requestedAt,
        @Nullable Instant deliveredAt,
        @Nullable Instant effectiveAt,
        @Nullable Instant refusedAt,
        @Nullable String refusedCode) {

    /** From a row of {@code control_receipts}. */
    public static Receipt of(Columns row) throws SQLException {
        return new Receipt(
                row.text("id"),
                row.word("verb", Verb.class),
                row.word("door", Door.class),
                row.textOrNull("by"),
                row.textOrNull("reason"),
                row.instant("requested_at"),
                row.instantOrNull("delivered_at"),
                row.instantOrNull("effective_at"),
                row.instantOrNull("refused_at"),
                row.textOrNull("refused_code"));
    }

    @JsonIgnore
    public boolean isOpen() {
        return effectiveAt == null && refusedAt == null;
    }
}
