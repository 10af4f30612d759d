package dev.reins.contracts.run;

import io.temporal.common.converter.RawValue;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An agent run. Payloads are raw because whoever reaches Temporal may send anything: what cannot be read ends in a
 * refused receipt or a failed run with a message, never in a workflow task that fails forever.
 */
@WorkflowInterface
public interface AgentRun {
    String TYPE = "AgentRun";
    String PAUSE = "pause";
    String RESUME = "resume";
    String STATE = "state";

    /**
     * What Reins starts a run with. For so long at most a run is deaf whose worker is killed amid a workflow's task: nobody
     * else gets the task before. Temporal adds to it when it has passed three times in a row, so a worker that needs longer
     * gets there, if only it can fetch the history in this time: what is added is not told to it. See ADR 19.
     */
    Duration WORKFLOW_TASK = Duration.ofMillis(1_500);

    /**
     * @param input the body of the REST call that starts a run, plus {@code projectId?} and {@code userId?}; a run that
     *     exists as a {@code queued} row needs none. After continue-as-new a {@link Continuation}.
     */
    @WorkflowMethod(name = TYPE)
    void run(@Nullable RawValue input);

    /** @param payload {@code {by?, reason?, receiptId?}}, or nothing; receiptId names a receipt the store already has */
    @SignalMethod(name = PAUSE, description = "Pauses the run at its next step boundary. Optional input: {by, reason}")
    void pause(@Nullable RawValue payload);

    /** @param payload {@code {by?, reason?, extendSteps?, extendCredits?, receiptId?}}, or nothing */
    @SignalMethod(
            name = RESUME,
            description = "Resumes the run. Optional input: {by, reason, extendSteps, extendCredits}")
    void resume(@Nullable RawValue payload);

    @QueryMethod(name = STATE, description = "Where the run stands: status, why it waits, steps, credits, clocks")
    RunState state();
}
