package dev.reins.benchmarks.contestant;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.workflow.Workflow;
import dev.reins.benchmarks.ground.Ground;

/** DBOS Transact for Java, each of whose steps is one of Reins' guarded steps. */
public final class DbosGuarded implements Contestant {
    private final GuardedRuns runs;
    private final DbosEngine<Steps> engine;

    public DbosGuarded(Ground ground) {
        this.runs = new GuardedRuns(ground);
        this.engine = new DbosEngine<>(runs.databaseUrl(), Steps.class, dbos -> new GuardedSteps(dbos, runs));
    }

    @Override
    public String name() {
        return "dbos_guarded";
    }

    @Override
    public String configuration() {
        return DbosEngine.configuration()
                + ", its schema in Reins' database; one plain step per echo (its transactional"
                + " ones record twice), each a guarded step by the code of Reins' own activity: the admission function, the"
                + " call, the record with its settlement, in two transactions beside the step's own; the first admission"
                + " takes the run over, one more step ends it; plan, limits, user and the rows that a run leaves are the"
                + " express lane's";
    }

    @Override
    public Storage storage() {
        return new Storage(false, ReinsInProcess.STORAGE.database());
    }

    @Override
    public void run(String runId, int count) {
        runs.create(runId, count);
        engine.run(runId, count, () -> engine.workflow().run(runId, count));
        runs.requireCompleted(runId, count);
    }

    @Override
    public void close() {
        engine.close();
    }

    /** The workflow: so many guarded steps, one after the other, and the run's end. */
    public interface Steps {
        int run(String runId, int steps);
    }

    /** Called through the library's proxy. */
    public static final class GuardedSteps implements Steps {
        private final DBOS dbos;
        private final GuardedRuns runs;

        GuardedSteps(DBOS dbos, GuardedRuns runs) {
            this.dbos = dbos;
            this.runs = runs;
        }

        @Override
        @Workflow(name = "guardedSteps")
        public int run(String runId, int steps) {
            int done = 0;
            for (int step = 1; step <= steps; step++) {
                int number = step;
                done = dbos.runStep(() -> runs.step(runId, number), "echo");
            }
            dbos.runStep(() -> runs.finish(runId), "finish");
            return done;
        }
    }
}
