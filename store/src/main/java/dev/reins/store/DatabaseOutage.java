package dev.reins.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionSystemException;

/** Tells a PostgreSQL that is away from one that is there and refuses, and both from what went wrong within it. */
public final class DatabaseOutage {
    private static final Set<String> STATES = Set.of(
            "57P01", // admin_shutdown
            "57P02", // crash_shutdown
            "57P03", // cannot_connect_now
            "25006", // read_only_sql_transaction: a standby that is not promoted yet
            "53300"); // too_many_connections
    private static final String CONNECTION_CLASS = "08";

    private DatabaseOutage() {}

    /** Whether PostgreSQL cannot be reached, or is stopping, starting, taking over or full: worth waiting for. */
    public static boolean isAway(Throwable failure) {
        return hasCause(failure, DatabaseOutage::isAwayItself);
    }

    /** Whether no connection was to be had, because PostgreSQL is away or because it does not let us in. */
    public static boolean isUnusable(Throwable failure) {
        return isAway(failure) || hasCause(failure, cause -> cause instanceof SQLTransientConnectionException);
    }

    /** The first line of what was wrong in the end. */
    public static String reason(Throwable failure) {
        Throwable root = causes(failure).reduce(failure, (outer, inner) -> inner);
        return Optional.ofNullable(root.getMessage())
                .flatMap(message -> message.lines().findFirst())
                .orElseGet(() -> root.getClass().getSimpleName());
    }

    /** A pool that timed out passes on the state of its last attempt; it has none where all connections were in use. */
    private static boolean isAwayItself(Throwable cause) {
        return cause instanceof SQLException sql
                && (isAwayState(sql.getSQLState())
                        || sql instanceof SQLTransientConnectionException && sql.getCause() == null);
    }

    private static boolean isAwayState(@Nullable String state) {
        return state != null && (state.startsWith(CONNECTION_CLASS) || STATES.contains(state));
    }

    private static boolean hasCause(Throwable failure, Predicate<Throwable> wanted) {
        return causes(failure).anyMatch(wanted);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, DatabaseOutage::cause);
    }

    /** Of a rollback that failed, it is what was to be rolled back for: of a connection that broke nothing more is to be learnt. */
    private static @Nullable Throwable cause(Throwable failure) {
        return failure instanceof TransactionSystemException rollback
                ? rollback.getOriginalException()
                : failure.getCause();
    }
}
