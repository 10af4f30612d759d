package dev.reins.api.engine;

import dev.reins.contracts.run.AgentRun;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.HistoryEventFilterType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsResponse;
import io.temporal.client.WorkflowClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Executions that Temporal has closed, through whichever door, and what it wrote down as the reason. Thread-safe. */
public final class ClosedExecutions {
    private static final int PAGE = 500;

    private final WorkflowClient client;
    private final Calls calls;

    ClosedExecutions(WorkflowClient client, Calls calls) {
        this.client = client;
        this.calls = calls;
    }

    /** Those of runs that closed at or after {@code from}; what was continued as new is not among them. */
    public List<ExecutionView> since(Instant from) {
        var query = "WorkflowType = '%s' AND CloseTime >= '%s' AND ExecutionStatus != 'ContinuedAsNew'"
                .formatted(AgentRun.TYPE, from);
        var request = ListWorkflowExecutionsRequest.newBuilder()
                .setNamespace(client.getOptions().getNamespace())
                .setPageSize(PAGE)
                .setQuery(query);
        var closed = new ArrayList<ExecutionView>();
        ListWorkflowExecutionsResponse page;
        do {
            page = calls.call(
                    () -> client.getWorkflowServiceStubs().blockingStub().listWorkflowExecutions(request.build()));
            page.getExecutionsList().forEach(info -> ExecutionView.of(info).ifPresent(closed::add));
            request.setNextPageToken(page.getNextPageToken());
        } while (!page.getNextPageToken().isEmpty());
        return closed;
    }

    /** What the last event of a closed execution says: a terminator's reason, a failure's message. */
    public Optional<String> reason(ExecutionView execution) {
        var request = GetWorkflowExecutionHistoryRequest.newBuilder()
                .setNamespace(client.getOptions().getNamespace())
                .setExecution(WorkflowExecution.newBuilder()
                        .setWorkflowId(execution.runId().value())
                        .setRunId(execution.executionId()))
                .setHistoryEventFilterType(HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT)
                .build();
        return calls
                .call(() -> client.getWorkflowServiceStubs().blockingStub().getWorkflowExecutionHistory(request))
                .getHistory()
                .getEventsList()
                .stream()
                .map(ClosedExecutions::reason)
                .filter(text -> !text.isBlank())
                .findFirst();
    }

    private static String reason(HistoryEvent event) {
        if (event.hasWorkflowExecutionTerminatedEventAttributes()) {
            return event.getWorkflowExecutionTerminatedEventAttributes().getReason();
        }
        return event.hasWorkflowExecutionFailedEventAttributes()
                ? event.getWorkflowExecutionFailedEventAttributes().getFailure().getMessage()
                : "";
    }
}
