package dev.reins.standalone;

import dev.reins.store.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Looks all the time whether a user's {@link Books} agree and nothing is overspent. Each look is one
 * statement, so it sees one moment.
 */
final class MoneyWatch {
    private final DatabaseUrl database;
    private final String userId;
    private volatile boolean over;
    private volatile String broken = "";
    private volatile int looks;

    interface Spending {
        void run() throws Exception;
    }

    private MoneyWatch(String databaseUrl, String userId) {
        this.database = DatabaseUrl.parse(databaseUrl);
        this.userId = userId;
    }

    /** Looks as long as the spending goes on, or until the first disagreement. */
    static MoneyWatch during(String databaseUrl, String userId, Spending spending) throws Exception {
        MoneyWatch watch = new MoneyWatch(databaseUrl, userId);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Void> watching = thread.submit(watch::look);
            try {
                spending.run();
            } finally {
                watch.over = true;
            }
            watching.get();
        }
        return watch;
    }

    private Void look() throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                PreparedStatement statement = connection.prepareStatement(Books.DISAGREEMENTS)) {
            statement.setString(1, userId);
            while (!over && broken.isEmpty()) {
                try (ResultSet found = statement.executeQuery()) {
                    broken = found.next() ? numbers(found) : "";
                }
                looks++;
            }
        }
        return null;
    }

    private static String numbers(ResultSet row) throws SQLException {
        StringBuilder text = new StringBuilder();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            text.append(row.getMetaData().getColumnLabel(column))
                    .append(' ')
                    .append(row.getString(column))
                    .append(' ');
        }
        return text.toString();
    }

    /** The numbers that disagreed; empty if none ever did. */
    String broken() {
        return broken;
    }

    int looks() {
        return looks;
    }
}
