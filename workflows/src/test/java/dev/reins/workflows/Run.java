package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.SearchAttributes;
import dev.reins.contracts.run.AgentRun;
import dev.reins.contracts.run.RunState;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;

/** One run on a {@link TestBed}, seen from outside. */
record Run(TestBed bed, WorkflowStub stub, World world, String id) {

    void pause() {
        stub.signal(AgentRun.PAUSE);
    }

    void resume() {
        stub.signal(AgentRun.RESUME);
    }

    RunState state() {
        return stub.query(AgentRun.STATE, RunState.class);
    }

    /** Waits in skipped time until the execution has closed, and gives how. */
    WorkflowExecutionStatus close() {
        try {
            stub.getResult(Void.class);
        } catch (WorkflowException e) {
            // how it closed is what the caller asks about
        }
        return stub.describe().getStatus();
    }

    void completes() {
        assertThat(close()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED);
        assertThat(world.finish.status()).isEqualTo(RunStatus.COMPLETED);
    }

    void isCancelled() {
        assertThat(close()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CANCELED);
        assertThat(world.finish.status()).isEqualTo(RunStatus.CANCELLED);
    }

    /** The failure that closed the execution. */
    ApplicationFailure fails() {
        try {
            stub.getResult(Void.class);
        } catch (WorkflowException e) {
            assertThat(e.getCause()).isInstanceOf(ApplicationFailure.class);
            return (ApplicationFailure) e.getCause();
        }
        throw new AssertionError("The run did not fail");
    }

    void reaches(RunStatus status) {
        eventually(() -> assertThat(world.status).isEqualTo(status));
    }

    void hasAsked(String... steps) {
        eventually(() -> assertThat(world.asked).containsExactly(steps));
    }

    void eventually(ThrowingRunnable fact) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(fact);
    }

    String shownStatus() {
        return stub.describe().getTypedSearchAttributes().get(SearchAttributes.STATUS);
    }

    WorkflowExecutionHistory history() {
        return bed.environment.getWorkflowClient().fetchHistory(id);
    }

    List<EventType> events() {
        return history().getHistory().getEventsList().stream()
                .map(event -> event.getEventType())
                .toList();
    }
}
