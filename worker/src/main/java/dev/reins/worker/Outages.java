package dev.reins.worker;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** Tells a database that is away from one that is there and refuses. */
final class Outages {
    private Outages() {}

    /** Class 08 is no connection; 57P01 to 57P03 a server that stops, has crashed or is just starting; 53300 one that is full. */
    static boolean isOutage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isOutage(sql)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOutage(SQLException sql) {
        String state = String.valueOf(sql.getSQLState());
        return state.startsWith("08")
                || state.startsWith("57P0")
                || state.equals("53300")
                || (sql instanceof SQLTransientConnectionException && sql.getCause() == null);
    }

    /** The first line of what was wrong in the end. */
    static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
