package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.step.StepNotDone;
import dev.reins.store.admission.Admission;
import dev.reins.store.control.RunControls;
import dev.reins.store.run.RunLifecycle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A database of its own, and the promise that after every test money, steps, events and receipts agree. */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class RunTest {
    protected final TestDatabase database = TestDatabase.create();
    protected final TestRuns runs = new TestRuns(database);
    protected final RunControls controls = new RunControls(database.jdbc());
    protected final RunLifecycle lifecycle = new RunLifecycle(database.jdbc(), RunWatcher.NONE);

    @AfterEach
    void invariantsHold() {
        assertThat(runs.brokenInvariants()).isEmpty();
    }

    @AfterAll
    void closeDatabase() {
        database.close();
    }

    protected static StepNotDone notAdmitted(Admission answer) {
        assertThat(answer).isInstanceOf(Admission.NotAdmitted.class);
        return ((Admission.NotAdmitted) answer).verdict();
    }

    protected static void assertClaimed(Admission answer) {
        assertThat(answer).isInstanceOf(Admission.Claimed.class);
    }
}
