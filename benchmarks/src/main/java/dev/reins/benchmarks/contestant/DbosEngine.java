package dev.reins.benchmarks.contestant;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.execution.ThrowingSupplier;
import dev.dbos.transact.workflow.WorkflowHandle;
import dev.reins.benchmarks.ground.Postgres;
import java.util.function.Function;

/** DBOS Transact in this process, with one workflow. */
final class DbosEngine<W> implements AutoCloseable {
    private static final int CONNECTIONS = 20;

    private final HikariDataSource pool;
    private final DBOS dbos;
    private final W workflow;

    /** @param databaseUrl the database where it makes its schema, {@code dbos} */
    DbosEngine(String databaseUrl, Class<W> type, Function<DBOS, W> workflow) {
        this.pool = Postgres.pool(databaseUrl, CONNECTIONS);
        this.dbos = new DBOS(
                DBOSConfig.defaults("reins-benchmarks").withDataSource(pool).withMigrate(true));
        this.workflow = dbos.registerProxy(type, workflow.apply(dbos));
        dbos.launch();
    }

    static String configuration() {
        return "DBOS Transact for Java " + DBOS.version() + " on the same PostgreSQL, pool of " + CONNECTIONS
                + ", defaults otherwise, in the process that asks";
    }

    W workflow() {
        return workflow;
    }

    /**
     * Starts a workflow and awaits what it gives.
     *
     * @throws IllegalStateException if that is not {@code count}
     */
    void run(String id, int count, ThrowingSupplier<Integer, RuntimeException> call) {
        WorkflowHandle<Integer, RuntimeException> handle = dbos.startWorkflow(call, new StartWorkflowOptions(id));
        int done = handle.getResult();
        if (done != count) {
            throw new IllegalStateException(id + " did " + done + " of " + count + " steps");
        }
    }

    @Override
    public void close() {
        dbos.shutdown();
        pool.close();
    }
}
