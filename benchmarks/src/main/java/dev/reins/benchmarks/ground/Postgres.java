package dev.reins.benchmarks.ground;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reins.store.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The PostgreSQL server, its databases and its counters. */
public final class Postgres {
    private final String maintenanceUrl;

    Postgres(String maintenanceUrl) {
        this.maintenanceUrl = maintenanceUrl;
    }

    boolean isReady() {
        try (Connection connection = connect(DatabaseUrl.parse(maintenanceUrl))) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    String configuration() {
        try (Session session = new Session(maintenanceUrl)) {
            return session.jdbc().sql(CONFIGURATION).query(String.class).single();
        }
    }

    /** Makes an empty database, and gives its URL with user and password. */
    public String create(String name) {
        try (Session session = new Session(maintenanceUrl)) {
            session.jdbc().sql("create database " + name).update();
        }
        return url(name);
    }

    /** A pool of as many connections as the contestant may have at once. */
    public static HikariDataSource pool(String url, int connections) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(parsed.jdbcUrl());
        config.setUsername(parsed.user());
        config.setPassword(parsed.password());
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }

    /** To be called once, on a ground that counts. */
    public void prepareCounting() {
        try (Session session = new Session(maintenanceUrl)) {
            session.jdbc()
                    .sql("create extension if not exists pg_stat_statements")
                    .update();
            session.jdbc().sql("create extension if not exists pg_walinspect").update();
        }
    }

    /** Where the write-ahead log stands. */
    public String position() {
        try (Session session = new Session(maintenanceUrl)) {
            session.jdbc().sql("select pg_stat_statements_reset()").query().listOfRows();
            return session.jdbc()
                    .sql("select pg_current_wal_insert_lsn()::text")
                    .query(String.class)
                    .single();
        }
    }

    /** What has happened since the log stood at {@code position}, in the whole server. */
    public SqlCounts since(String position, String database) {
        try (Session session = new Session(maintenanceUrl)) {
            return session.jdbc()
                    .sql(COUNTS)
                    .param("from", position)
                    .param("database", database)
                    .query(SqlCounts.class)
                    .single();
        }
    }

    /** Asks one of the databases something, over a connection of its own. */
    public <T> T ask(String database, Function<JdbcClient, T> question) {
        try (Session session = new Session(url(database))) {
            return question.apply(session.jdbc());
        }
    }

    private String url(String database) {
        return maintenanceUrl.substring(0, maintenanceUrl.lastIndexOf('/') + 1) + database;
    }

    /** Tables with their indexes and what lies beside them. */
    public long bytes(String database) {
        return ask(
                database,
                jdbc -> jdbc.sql("select coalesce(sum(pg_total_relation_size(oid)), 0) from pg_class"
                                + " where relkind in ('r', 'm') and relnamespace::regnamespace::text"
                                + " not in ('pg_catalog', 'information_schema')")
                        .query(Long.class)
                        .single());
    }

    /** One table with its indexes and what lies beside it. */
    public long bytes(String database, String table) {
        return ask(
                database,
                jdbc -> jdbc.sql("select pg_total_relation_size(cast(:table as regclass))")
                        .param("table", table)
                        .query(Long.class)
                        .single());
    }

    /** The tables that take most, each with what its rows, what lies beside them and its indexes take. */
    public String largest(String database) {
        return ask(database, jdbc -> jdbc.sql(LARGEST).query(String.class).single());
    }

    /** How much of what models have said is kept, each message compressed for itself, in per cent. */
    public long kept(String database) {
        return ask(
                database,
                jdbc -> jdbc.sql(
                                "select 100 * sum(pg_column_size(content)) / sum(octet_length(content::text)) from messages"
                                        + " where role = 'assistant'")
                        .query(Long.class)
                        .single());
    }

    private static final String CONFIGURATION = """
            select format('PostgreSQL %s with fsync %s and synchronous_commit %s', current_setting('server_version'),
                          current_setting('fsync'), current_setting('synchronous_commit'))
            """;

    private static final String LARGEST = """
            select string_agg(format('%s %s kB (rows %s, beside them %s, indexes %s)', relname, total / 1024, rows / 1024,
                                     (total - rows - indexes) / 1024, indexes / 1024), ', ' order by total desc)
              from (select relname, pg_total_relation_size(oid) as total, pg_relation_size(oid) as rows,
                           pg_indexes_size(oid) as indexes from pg_class
                     where relkind = 'r' and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
                     order by total desc limit 8) largest
            """;

    private static final String COUNTS = """
            select coalesce(sum(calls) filter (where toplevel and query !~* '^(begin|commit|rollback)'), 0) as statements,
                   coalesce(sum(calls) filter (where toplevel and query ~* '^(begin|commit|rollback)'), 0) as boundaries,
                   coalesce(sum(calls) filter (where not toplevel), 0) as nested,
                   (select coalesce(sum(count), 0) from pg_get_wal_stats(cast(:from as pg_lsn), pg_current_wal_flush_lsn(), true)
                     where "resource_manager/record_type" = 'Transaction/COMMIT') as commits,
                   pg_current_wal_insert_lsn() - cast(:from as pg_lsn) as wal_bytes
              from pg_stat_statements s join pg_database d on d.oid = s.dbid
             where d.datname = :database
            """;

    private static Connection connect(DatabaseUrl url) throws SQLException {
        return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
    }

    private static final class Session implements AutoCloseable {
        private final SingleConnectionDataSource source;

        Session(String url) {
            try {
                source = new SingleConnectionDataSource(connect(DatabaseUrl.parse(url)), true);
            } catch (SQLException e) {
                throw new IllegalStateException("PostgreSQL does not answer", e);
            }
        }

        JdbcClient jdbc() {
            return JdbcClient.create(source);
        }

        @Override
        public void close() {
            source.destroy();
        }
    }
}
