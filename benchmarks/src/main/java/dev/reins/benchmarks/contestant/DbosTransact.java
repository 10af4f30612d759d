package dev.reins.benchmarks.contestant;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;
import dev.dbos.transact.workflow.WorkflowHandle;
import dev.reins.benchmarks.ground.Postgres;

/** DBOS Transact for Java: a library that keeps workflow and steps in PostgreSQL, in the process that runs them. */
public final class DbosTransact implements Contestant {
    private static final String DATABASE = "dbos";
    private static final int CONNECTIONS = 20;

    private final HikariDataSource pool;
    private final DBOS dbos;
    private final Steps steps;

    public DbosTransact(Postgres postgres) {
        this.pool = Postgres.pool(postgres.create(DATABASE), CONNECTIONS);
        this.dbos = new DBOS(
                DBOSConfig.defaults("reins-benchmarks").withDataSource(pool).withMigrate(true));
        this.steps = dbos.registerProxy(Steps.class, new SequentialSteps(dbos));
        dbos.launch();
    }

    @Override
    public String name() {
        return "dbos";
    }

    @Override
    public String configuration() {
        return "DBOS Transact for Java " + DBOS.version() + " on the same PostgreSQL, pool of " + CONNECTIONS
                + ", defaults otherwise, one step per echo; in the process that asks; no guards";
    }

    @Override
    public Storage storage() {
        return new Storage(false, DATABASE);
    }

    @Override
    public void run(String runId, int count) {
        WorkflowHandle<Integer, RuntimeException> handle =
                dbos.startWorkflow(() -> steps.run(count), new StartWorkflowOptions(runId));
        int done = handle.getResult();
        if (done != count) {
            throw new IllegalStateException(runId + " did " + done + " of " + count + " steps");
        }
    }

    @Override
    public void close() {
        dbos.shutdown();
        pool.close();
    }

    /** The workflow: so many steps, one after the other. */
    public interface Steps {
        int run(int steps);
    }

    /** Called through the library's proxy. */
    public static final class SequentialSteps implements Steps {
        private final DBOS dbos;

        SequentialSteps(DBOS dbos) {
            this.dbos = dbos;
        }

        @Override
        @Workflow(name = "dbosSteps")
        public int run(int steps) {
            int done = 0;
            for (int step = 1; step <= steps; step++) {
                String value = "{\"value\":" + step + "}";
                String echoed = dbos.runStep(() -> value, "echo");
                done += value.equals(echoed) ? 1 : 0;
            }
            return done;
        }
    }
}
