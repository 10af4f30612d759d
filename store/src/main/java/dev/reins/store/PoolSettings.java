package dev.reins.store;

import com.zaxxer.hikari.HikariConfig;

/** How every process keeps its connections to PostgreSQL. How long it waits for one is its own. */
public final class PoolSettings {
    private static final int CONNECTIONS = 16;

    /**
     * What a host held that went without a word, a lock on an account as a rule, is free half a minute later: PostgreSQL by
     * itself waits for as long as the operating system does, two hours on Linux, a quarter of an hour where an answer was on its way.
     */
    private static final String NOTICES_SILENCE = """
            set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3;
            set tcp_user_timeout = '30s'""";

    private PoolSettings() {}

    /**
     * The pool comes up without PostgreSQL.
     *
     * @param process as PostgreSQL names it to its operators
     */
    public static void apply(HikariConfig pool, DatabaseUrl url, String process) {
        pool.setJdbcUrl(url.jdbcUrl());
        pool.setUsername(url.user());
        pool.setPassword(url.password());
        pool.setMaximumPoolSize(CONNECTIONS);
        pool.setMinimumIdle(2);
        pool.setValidationTimeout(1_000);
        pool.setInitializationFailTimeout(-1);
        pool.setConnectionInitSql(NOTICES_SILENCE);
        pool.addDataSourceProperty("connectTimeout", "2");
        pool.addDataSourceProperty("socketTimeout", "30");
        pool.addDataSourceProperty("tcpKeepAlive", "true"); // migrations wait without that timeout
        pool.addDataSourceProperty("ApplicationName", process);
        // The detail of an error quotes what was to be stored, and errors reach logs and Temporal.
        pool.addDataSourceProperty("logServerErrorDetail", "false");
    }
}
