package dev.reins.store.account;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Users' credits. Invariant, also a constraint: available = granted - settled - reserved >= 0. Thread-safe. */
public final class Accounts {
    private final JdbcClient jdbc;

    public Accounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public record Balance(long granted, long settled, long reserved, long available) {}

    public record LedgerRow(
            long id,
            String type,
            long amount,
            @Nullable String runId,
            @Nullable Integer stepNumber,
            @Nullable String reason,
            Instant at) {}

    /**
     * @param amount credits, at least 1
     * @throws dev.reins.contracts.RequestRejected not_found; invalid_request for an amount that no account can hold
     */
    public Balance grant(String userId, long amount, @Nullable String reason) {
        if (amount < 1 || amount > Long.MAX_VALUE / 1000) {
            throw RequestRejected.invalid("/amount", "The amount must be between 1 and " + Long.MAX_VALUE / 1000);
        }
        try {
            return granted(userId, amount, reason)
                    .orElseThrow(() -> new RequestRejected(ErrorCode.NOT_FOUND, "There is no user " + userId));
        } catch (DataIntegrityViolationException overflow) {
            throw RequestRejected.invalid("/amount", "The account cannot hold so many credits more");
        }
    }

    private Optional<Balance> granted(String userId, long amount, @Nullable String reason) {
        return jdbc.sql("select granted, settled, reserved from grant_credits(:user, :amount, :reason)")
                .param("user", userId)
                .param("amount", amount)
                .param("reason", reason)
                .query(Accounts::balance)
                .optional();
    }

    public Optional<Balance> balance(String userId) {
        return jdbc.sql("select granted, settled, reserved from accounts where user_id = :user")
                .param("user", userId)
                .query(Accounts::balance)
                .optional();
    }

    /** Oldest first, after row {@code afterId} (0: from the first), at most {@code limit}. */
    public List<LedgerRow> ledger(String userId, long afterId, int limit) {
        return jdbc.sql("""
                        select id, type, amount, run_id, step_number, reason, at from ledger
                        where user_id = :user and id > :after order by id limit :limit""")
                .param("user", userId)
                .param("after", afterId)
                .param("limit", limit)
                .query(Accounts::ledgerRow)
                .list();
    }

    public long ledgerRows(String userId) {
        return jdbc.sql("select count(*) from ledger where user_id = :user")
                .param("user", userId)
                .query(Long.class)
                .single();
    }

    private static Balance balance(ResultSet row, int rowNumber) throws SQLException {
        long granted = row.getLong("granted");
        long settled = row.getLong("settled");
        long reserved = row.getLong("reserved");
        return new Balance(granted, settled, reserved, granted - settled - reserved);
    }

    private static LedgerRow ledgerRow(ResultSet row, int rowNumber) throws SQLException {
        return new LedgerRow(
                row.getLong("id"),
                row.getString("type"),
                row.getLong("amount"),
                row.getString("run_id"),
                new Columns(row).integerOrNull("step_number"),
                row.getString("reason"),
                new Columns(row).instant("at"));
    }
}
