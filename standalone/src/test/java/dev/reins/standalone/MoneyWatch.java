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
 * Looks all the time whether a user's account, its ledger and its runs agree and nothing is overspent. Each look is one
 * statement, so it sees one moment.
 */
final class MoneyWatch {
    private static final String DISAGREEMENT = """
            select a.granted, a.settled, a.reserved, l.granted as l_granted, l.settled as l_settled,
                l.reserved as l_reserved, r.used, r.reserved as r_reserved, s.held
            from accounts a,
                lateral (select coalesce(sum(amount) filter (where type = 'grant'), 0) as granted,
                        coalesce(sum(amount) filter (where type = 'settle'), 0) as settled,
                        coalesce(sum(case type when 'reserve' then amount when 'grant' then 0 else -amount end), 0) as reserved
                    from ledger where user_id = a.user_id) l,
                lateral (select coalesce(sum(credits_used), 0) as used, coalesce(sum(credits_reserved), 0) as reserved
                    from runs where user_id = a.user_id) r,
                lateral (select coalesce(sum(held), 0) as held from steps where user_id = a.user_id) s
            where a.user_id = ?
              and (a.granted - a.settled - a.reserved < 0
                or (a.granted, a.settled, a.reserved) <> (l.granted, l.settled, l.reserved)
                or (a.settled, a.reserved, a.reserved) <> (r.used, r.reserved, s.held))""";

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
                PreparedStatement statement = connection.prepareStatement(DISAGREEMENT)) {
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
                    .append(row.getLong(column))
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
