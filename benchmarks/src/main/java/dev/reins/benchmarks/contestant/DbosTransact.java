package dev.reins.benchmarks.contestant;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.workflow.Workflow;
import dev.reins.benchmarks.ground.Postgres;

/** DBOS Transact for Java: a library that keeps workflow and steps in PostgreSQL, in the process that runs them. */
public final class DbosTransact implements Contestant {
    private static final String DATABASE = "dbos";

    private final DbosEngine<Steps> engine;

    public DbosTransact(Postgres postgres) {
        this.engine = new DbosEngine<>(postgres.create(DATABASE), Steps.class, SequentialSteps::new);
    }

    @Override
    public String name() {
        return "dbos";
    }

    @Override
    public String configuration() {
        return DbosEngine.configuration() + "; a database of its own, one step per echo; no guards";
    }

    @Override
    public Storage storage() {
        return new Storage(false, DATABASE);
    }

    @Override
    public void run(String runId, int count) {
        engine.run(runId, count, () -> engine.workflow().run(count));
    }

    @Override
    public void close() {
        engine.close();
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
