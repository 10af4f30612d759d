package dev.reins.store;

import dev.reins.contracts.RunId;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;

/** Calls the database's functions on a run. */
public final class RunCalls {
    /** PostgreSQL's {@code no_data_found}: what the functions raise for a run that has no row. */
    private static final String NO_DATA_FOUND = "P0002";

    private RunCalls() {}

    /** @throws Missing if there is no such run */
    public static <T> T on(RunId runId, Supplier<T> call) {
        try {
            return call.get();
        } catch (DataAccessException failure) {
            if (failure.getRootCause() instanceof SQLException cause && NO_DATA_FOUND.equals(cause.getSQLState())) {
                throw new Missing("There is no run " + runId, failure);
            }
            throw failure;
        }
    }
}
